"""A Qt program that writes down what it receives, one JSON object a line, in the order it came."""

import json
import sys

from PyQt5.QtCore import QEvent, QMimeData, Qt
from PyQt5.QtGui import QColor, QDrag, QPainter
from PyQt5.QtWidgets import QApplication, QLabel, QWidget

MODIFIERS = [
    (Qt.ShiftModifier, "shift"),
    (Qt.ControlModifier, "ctrl"),
    (Qt.AltModifier, "alt"),
    (Qt.MetaModifier, "super"),
]
MOUSE = {
    QEvent.MouseButtonPress: "press",
    QEvent.MouseButtonDblClick: "double",
    QEvent.MouseButtonRelease: "release",
    QEvent.MouseMove: "move",
}
KEYS = {QEvent.KeyPress: "keydown", QEvent.KeyRelease: "keyup"}
log = open(sys.argv[1], "w", buffering=1, encoding="utf-8")


def report(kind, event=None, **more):
    if event is not None:
        more["modifiers"] = [name for bit, name in MODIFIERS if event.modifiers() & bit]
    log.write(json.dumps({"type": kind, **more}) + "\n")


class Source(QLabel):
    """What can be dragged away."""

    def mousePressEvent(self, event):
        self.pressed = event.pos()

    def mouseMoveEvent(self, event):
        if (event.pos() - self.pressed).manhattanLength() >= QApplication.startDragDistance():
            data = QMimeData()
            data.setText(self.text())
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec_(Qt.MoveAction)


class Target(QLabel):
    """What it can be dropped on."""

    def dragEnterEvent(self, event):
        event.acceptProposedAction()

    def dropEvent(self, event):
        event.acceptProposedAction()
        report("drop", text=event.mimeData().text())


class Window(QWidget):
    """Its left half reports everything and shows four colours, its right half has the source and the target."""

    def __init__(self):
        super().__init__()
        self.setFixedSize(600, 400)
        self.setMouseTracking(True)
        for kind, place in ((Source, (450, 50)), (Target, (450, 250))):
            label = kind("an item", self)
            label.setGeometry(*place, 100, 100)
            label.setStyleSheet("background: #888")
            label.setAcceptDrops(kind is Target)

    def paintEvent(self, _):
        painter = QPainter(self)
        for place, colour in enumerate(("#c01020", "#10c020", "#2010c0", "#d0d010")):
            painter.fillRect(place % 2 * 200, place // 2 * 200, 200, 200, QColor(colour))

    def event(self, event):
        kind = event.type()
        if kind in MOUSE:
            place = {"x": event.x(), "y": event.y(), "screenX": event.globalX(), "screenY": event.globalY()}
            report(MOUSE[kind], event, button=event.button(), buttons=int(event.buttons()), time=event.timestamp(), **place)
        elif kind in KEYS:
            report(KEYS[kind], event, key=event.key(), text=event.text(), repeat=event.isAutoRepeat(), time=event.timestamp())
            return True
        elif kind == QEvent.Wheel:
            turned = event.angleDelta()
            report("wheel", event, deltaX=turned.x(), deltaY=turned.y(), x=int(event.position().x()), y=int(event.position().y()))
        elif kind == QEvent.ContextMenu:
            report("menu", event, x=event.x(), y=event.y())
        elif kind == QEvent.Leave:
            report("leave")
        return super().event(event)


app = QApplication(sys.argv)
window = Window()
window.setWindowTitle("Events")
window.show()
sys.exit(app.exec_())
