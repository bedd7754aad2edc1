"""A text field whose content is written to a file whenever it changes."""

import sys

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QPlainTextEdit

application = QApplication(sys.argv)
field = QPlainTextEdit()


def write():
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(field.toPlainText())


# Once the keys that are waiting have been dealt with: not once a character.
later = QTimer(singleShot=True, interval=50)
later.timeout.connect(write)
field.textChanged.connect(later.start)
field.resize(700, 500)
field.show()
application.exec()
