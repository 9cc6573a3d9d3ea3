"""Reads a run back with the tools that it was told to: python tools/peers/tracking.py EVENTS_FOLDER MLRUNS_FOLDER_OR_URL

Prints one JSON object; a tool that is not installed is null there. EVENTS_FOLDER is TensorBoard's, by its own reader.
"""

import json
import sys


def tensorboard(folder):
    try:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    except ImportError:
        return None
    events = EventAccumulator(folder)
    events.Reload()
    tags = events.Tags()
    return {
        "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
        "images": {tag: [[e.step, e.width, e.height] for e in events.Images(tag)] for tag in tags["images"]},
        "tensors": tags["tensors"],
    }


def mlflow(place):
    try:
        from mlflow.tracking import MlflowClient
    except ImportError:
        return None
    client = MlflowClient(tracking_uri=place)
    (experiment,) = [e for e in client.search_experiments() if e.name != "Default"]
    (run,) = client.search_runs([experiment.experiment_id])
    return {
        "experiment": experiment.name,
        "run": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "metrics": {key: [[m.step, m.value] for m in client.get_metric_history(run.info.run_id, key)] for key in run.data.metrics},
        "artifacts": sorted(f.path for f in client.list_artifacts(run.info.run_id, "plots")),
    }


if len(sys.argv) > 2:
    print(json.dumps({"tensorboard": tensorboard(sys.argv[1]), "mlflow": mlflow(sys.argv[2])}))
else:
    found = {}
    for name in ("tensorboard", "mlflow"):
        try:
            __import__(name)
            found[name] = True
        except ImportError:
            found[name] = False
    print(json.dumps(found))
