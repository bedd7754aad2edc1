"""Hooks of schemathesis: lets half of the requests name things that exist."""

import json
import os
import random
import uuid

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
        # What breaks the rules of the document stays.
        if is_id(path_parameters.get(name)) and CHOICE.random() < 0.5:
            path_parameters[name] = value
    return path_parameters


def is_id(value):
    try:
        return str(uuid.UUID(value)) == value.lower()
    except (ValueError, AttributeError, TypeError):
        return False
