"""Hooks of schemathesis: lets half of the requests name things that exist."""

import json
import os
import random

import schemathesis

THINGS = json.loads(os.environ["DESKHAND_THINGS"])
CHOICE = random.Random(1)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Puts the ids of things that exist in place of random ones, except where they would be deleted."""
    operation = getattr(context, "operation", None)
    if not path_parameters or operation is None or operation.method.lower() == "delete":
        return path_parameters
    for name, value in THINGS.items():
        if name in path_parameters and CHOICE.random() < 0.5:
            path_parameters[name] = value
    return path_parameters
