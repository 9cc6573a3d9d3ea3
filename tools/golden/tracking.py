"""Golden bytes for the CLI's event files: python tools/golden/tracking.py

Writes apps/cli/test/golden/tracking.json: events as TensorBoard's own protocol buffers serialise them, and records as
its writer frames them.
"""

import io
import json
import pathlib

import tensorboard
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

OUT = pathlib.Path(__file__).resolve().parents[2] / "apps" / "cli" / "test" / "golden" / "tracking.json"
TIME = 1795248426.125

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000300000002080200000012164df1")


def scalar(name, value):
    return summary_pb2.Summary.Value(tag=name, simple_value=value)


def image(name):
    picture = summary_pb2.Summary.Image(height=2, width=3, colorspace=4, encoded_image_string=PNG)
    return summary_pb2.Summary.Value(tag=name, image=picture)


def text(name, markdown):
    shape = tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)])
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, tensor_shape=shape, string_val=[markdown.encode()])
    metadata = summary_pb2.SummaryMetadata(plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text"))
    return summary_pb2.Summary.Value(tag=name, tensor=tensor, metadata=metadata)


def event(step, *values):
    return event_pb2.Event(wall_time=TIME, step=step, summary=summary_pb2.Summary(value=values)).SerializeToString()


def framed(data):
    buffer = io.BytesIO()
    RecordWriter(buffer).write(data)
    return buffer.getvalue()


version = event_pb2.Event(wall_time=TIME, file_version="brain.Event:2").SerializeToString()
events = {
    "version": version,
    "scalars": event(7, scalar("loss/training", 0.25), scalar("größe", -1.5)),
    "farStep": event(3_000_000_000, scalar("x", 1.0)),
    "image": event(1, image("plots/confusion")),
    "text": event(2, text("settings", "| a | b |")),
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({
    "header": {"tensorboard": tensorboard.__version__},
    "time": TIME,
    "png": PNG.hex(),
    "events": {name: data.hex() for name, data in events.items()},
    "records": {name: framed(data).hex() for name, data in events.items()},
}) + "\n")
print(OUT.name, OUT.stat().st_size)
