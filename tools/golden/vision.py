"""Golden values of @earshot/vision: OpenCV in Python (contrib build, for LBPH) and scikit-image.

Run by hand with tools/golden/requirements.txt:  python tools/golden/vision.py
Images are base64: bytes of uint8 or little-endian float32.
"""

import base64
import json
import os
import re
import tarfile
from pathlib import Path

import cv2
import numpy as np
import skimage
from skimage.feature import local_binary_pattern

OUT = Path(__file__).parents[2] / "packages/vision/test/golden"
rng = np.random.default_rng(2026)
cv2.setNumThreads(1)


def scene(width, height):
    """Shapes, slopes and noise: edges at all angles, flat parts, texture."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    image = np.stack([x / width * 120 + 60, y / height * 90 + 40, 128 + 60 * np.sin(x / 5) * np.cos(y / 7)], axis=2)
    image[(x - width * 0.3) ** 2 + (y - height * 0.4) ** 2 < (0.2 * height) ** 2] = (220, 40, 60)
    image[int(height * 0.55) : int(height * 0.85), int(width * 0.5) : int(width * 0.9)] = (30, 180, 200)
    image += rng.normal(0, 4, image.shape)
    return np.clip(np.round(image), 0, 255).astype(np.uint8)


def pack(array):
    array = np.ascontiguousarray(array)
    kind = "float32" if array.dtype == np.float32 else "uint8"
    assert array.dtype in (np.float32, np.uint8), array.dtype
    height, width = array.shape[:2]
    channels = array.shape[2] if array.ndim == 3 else 1
    return {"kind": kind, "width": width, "height": height, "channels": channels, "data": base64.b64encode(array.tobytes()).decode()}


def images():
    rgb = scene(48, 38)
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    canvas = np.zeros((60, 80), np.uint8)
    cv2.rectangle(canvas, (8, 10), (40, 45), 255, -1)
    cv2.circle(canvas, (24, 28), 8, 0, -1)
    cv2.ellipse(canvas, (60, 35), (14, 8), 30, 0, 360, 255, -1)
    color = {
        "rgbToGray": cv2.COLOR_RGB2GRAY, "rgbToHsv": cv2.COLOR_RGB2HSV, "rgbToHls": cv2.COLOR_RGB2HLS,
        "rgbToLab": cv2.COLOR_RGB2LAB, "rgbToLuv": cv2.COLOR_RGB2LUV, "rgbToYCrCb": cv2.COLOR_RGB2YCrCb,
        "rgbToYuv": cv2.COLOR_RGB2YUV, "rgbToXyz": cv2.COLOR_RGB2XYZ,
    }
    inter = {"nearest": cv2.INTER_NEAREST, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "area": cv2.INTER_AREA, "lanczos": cv2.INTER_LANCZOS4}
    sobel = lambda im, dx, dy, k: cv2.Sobel(im, cv2.CV_32F, dx, dy, ksize=k)
    morph = {"erode": cv2.MORPH_ERODE, "dilate": cv2.MORPH_DILATE, "open": cv2.MORPH_OPEN, "close": cv2.MORPH_CLOSE, "gradient": cv2.MORPH_GRADIENT, "topHat": cv2.MORPH_TOPHAT, "blackHat": cv2.MORPH_BLACKHAT}
    affine = np.array([[0.9, 0.2, 3.5], [-0.15, 1.1, -2.25]])
    corners = np.float32([[0, 0], [47, 0], [47, 37], [0, 37]])
    moved = np.float32([[3, 2], [44, 5], [40, 36], [5, 30]])
    perspective = cv2.getPerspectiveTransform(corners, moved)
    shapes = {}
    for mode, flag in {"external": cv2.RETR_EXTERNAL, "list": cv2.RETR_LIST, "tree": cv2.RETR_TREE}.items():
        found, hierarchy = cv2.findContours(canvas, flag, cv2.CHAIN_APPROX_SIMPLE)
        shapes[mode] = [
            {"points": c.reshape(-1).tolist(), "area": cv2.contourArea(c), "perimeter": cv2.arcLength(c, True),
             "bounds": list(cv2.boundingRect(c)), "parent": int(hierarchy[0][i][3]) if mode == "tree" else -1}
            for i, c in enumerate(found)
        ]
    ellipse = max(cv2.findContours(canvas, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0], key=lambda c: c[:, 0, 0].max())
    (cx, cy), (w, h), angle = cv2.minAreaRect(ellipse)
    count, labels, stats, centers = cv2.connectedComponentsWithStats(canvas, connectivity=8)
    lines = np.zeros((80, 100), np.uint8)
    cv2.line(lines, (5, 10), (90, 60), 255, 1)
    cv2.line(lines, (70, 5), (70, 75), 255, 1)
    rings = np.full((90, 120), 30, np.uint8)
    cv2.circle(rings, (35, 40), 20, 220, -1)
    cv2.circle(rings, (85, 50), 14, 150, -1)
    rings = cv2.GaussianBlur(rings, (5, 5), 1)
    otsu, binary = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    triangle, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_TRIANGLE)
    kernel = np.float32([[0, -1, 0], [-1, 5, -1], [0, -1, 0.5]])
    return {
        "rgb": pack(rgb), "gray": pack(gray), "canvas": pack(canvas), "lines": pack(lines), "rings": pack(rings),
        "color": {name: pack(cv2.cvtColor(rgb, code)) for name, code in color.items()},
        "hsvToRgb": pack(cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV), cv2.COLOR_HSV2RGB)),
        "smaller": {name: pack(cv2.resize(rgb, (19, 23), interpolation=code)) for name, code in inter.items()},
        "larger": {name: pack(cv2.resize(gray, (61, 50), interpolation=code)) for name, code in inter.items()},
        "pad": pack(cv2.copyMakeBorder(rgb, 2, 3, 4, 1, cv2.BORDER_REFLECT_101)),
        "gaussian": pack(cv2.GaussianBlur(rgb, (0, 0), 1.7)), "gaussian5": pack(cv2.GaussianBlur(gray, (5, 5), 0, borderType=cv2.BORDER_REPLICATE)),
        "median": pack(cv2.medianBlur(rgb, 5)), "filter": pack(cv2.filter2D(gray, -1, kernel)), "kernel": pack(kernel),
        "sobelX": pack(sobel(gray, 1, 0, 3)), "sobelY5": pack(sobel(gray, 0, 1, 5)),
        "scharrX": pack(cv2.Scharr(gray, cv2.CV_32F, 1, 0)), "laplacian": pack(cv2.Laplacian(gray, cv2.CV_32F, ksize=3)),
        "canny": pack(cv2.Canny(gray, 60, 150)), "cannyL2": pack(cv2.Canny(rgb, 200, 500, apertureSize=5, L2gradient=True)),
        "otsu": {"threshold": otsu, "image": pack(binary), "triangle": triangle},
        "adaptive": pack(cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 11, 2)),
        "adaptiveBox": pack(cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 7, 5)),
        "histogram": cv2.calcHist([rgb], [1], None, [32], [10, 250]).reshape(-1).tolist(),
        "histogramMasked": cv2.calcHist([gray], [0], binary, [16], [0, 256]).reshape(-1).tolist(),
        "equalized": pack(cv2.equalizeHist(gray)), "clahe": pack(cv2.createCLAHE(2.5, (4, 4)).apply(gray)), "clahe40": pack(cv2.createCLAHE().apply(gray)),
        "morphology": {name: pack(cv2.morphologyEx(gray, code, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))) for name, code in morph.items()},
        "erodeTwice": pack(cv2.erode(canvas, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), iterations=2)),
        "contours": shapes, "ellipse": ellipse.reshape(-1).tolist(),
        "simplified": cv2.approxPolyDP(ellipse, 1.5, True).reshape(-1).tolist(), "hull": cv2.convexHull(ellipse).reshape(-1).tolist(),
        "minAreaRect": {"center": [cx, cy], "size": [w, h], "angle": angle},
        "components": {"stats": stats[1:].tolist(), "centers": centers[1:].tolist(), "labels": int(labels.sum())},
        "houghLines": cv2.HoughLines(lines, 1, np.pi / 180, 40).reshape(-1, 2).tolist(),
        "houghSegments": cv2.HoughLinesP(lines, 1, np.pi / 180, 30, minLineLength=20, maxLineGap=3).reshape(-1, 4).tolist(),
        "houghCircles": cv2.HoughCircles(rings, cv2.HOUGH_GRADIENT, 1, 20, param1=100, param2=15, minRadius=8, maxRadius=40).reshape(-1, 3).tolist(),
        "affine": {"matrix": affine.reshape(-1).tolist(), "linear": pack(cv2.warpAffine(rgb, affine, (52, 40), borderMode=cv2.BORDER_REFLECT)),
                   "nearest": pack(cv2.warpAffine(rgb, affine, (48, 38), flags=cv2.INTER_NEAREST)), "cubic": pack(cv2.warpAffine(gray, affine, (48, 38), flags=cv2.INTER_CUBIC))},
        "rotation": cv2.getRotationMatrix2D((20, 15), 25, 1.2).reshape(-1).tolist(),
        "perspective": {"from": corners.tolist(), "to": moved.tolist(), "matrix": perspective.reshape(-1).tolist(), "image": pack(cv2.warpPerspective(rgb, perspective, (48, 38)))},
    }


def features():
    gray = cv2.cvtColor(scene(64, 80), cv2.COLOR_RGB2GRAY)
    rgb = scene(64, 80)
    hog = lambda im, **o: cv2.HOGDescriptor(*[o.get(k, d) for k, d in {"win": (64, 80), "block": (16, 16), "stride": (8, 8), "cell": (8, 8), "bins": 9}.items()])
    small = cv2.HOGDescriptor((32, 32), (8, 8), (4, 4), (4, 4), 6)
    gamma = cv2.HOGDescriptor((64, 80), (16, 16), (8, 8), (8, 8), 9, 1, -1.0, 0, 0.2, True)
    lbph = cv2.face.LBPHFaceRecognizer_create(radius=2, neighbors=8, grid_x=4, grid_y=5)
    others = [np.clip(gray.astype(int) + rng.integers(-30, 30, gray.shape), 0, 255).astype(np.uint8) for _ in range(3)]
    lbph.train([gray, *others], np.array([0, 1, 2, 3]))
    probe = np.clip(gray.astype(int) + rng.integers(-8, 8, gray.shape), 0, 255).astype(np.uint8)
    label, distance = lbph.predict(probe)
    texture = cv2.resize(rng.integers(0, 256, (40, 50)).astype(np.uint8), (200, 160), interpolation=cv2.INTER_CUBIC)
    turned = cv2.warpAffine(texture, cv2.getRotationMatrix2D((100, 80), 20, 0.9), (200, 160))
    orb = cv2.ORB_create(nfeatures=60)
    pairs = []
    described = []
    for im in (texture, turned):
        points, descriptors = orb.detectAndCompute(im, None)
        described.append(descriptors)
        pairs.append({"points": [[*p.pt, p.size, p.angle, p.response, p.octave] for p in points], "descriptors": base64.b64encode(descriptors.tobytes()).decode()})
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(described[0], described[1], k=2)
    good = [[a.queryIdx, a.trainIdx, a.distance] for a, b in matches if a.distance < 0.75 * b.distance]
    return {
        "gray": pack(gray), "rgb": pack(rgb),
        "hog": base64.b64encode(hog(gray).compute(gray).astype(np.float32).tobytes()).decode(),
        "hogRgb": base64.b64encode(hog(rgb).compute(rgb).astype(np.float32).tobytes()).decode(),
        "hogSmall": base64.b64encode(small.compute(gray[:32, :32].copy()).astype(np.float32).tobytes()).decode(),
        "hogGamma": base64.b64encode(gamma.compute(gray).astype(np.float32).tobytes()).decode(),
        "lbpDefault": pack(local_binary_pattern(gray, 8, 1, "default").astype(np.uint8)),
        "lbpUniform": pack(local_binary_pattern(gray, 8, 2, "uniform").astype(np.uint8)),
        "lbpRor": pack(local_binary_pattern(gray, 8, 1, "ror").astype(np.uint8)),
        "lbph": {"images": [pack(im) for im in (probe, *others)], "label": int(label), "distance": distance,
                 "histogram": base64.b64encode(lbph.getHistograms()[0].astype(np.float32).tobytes()).decode()},
        "orb": {"texture": pack(texture), "turned": pack(turned), "images": pairs, "matches": good},
    }


def templates():
    gray = cv2.cvtColor(scene(60, 44), cv2.COLOR_RGB2GRAY)
    template = gray[10:24, 12:30].copy()
    mask = np.zeros_like(template)
    cv2.ellipse(mask, (9, 7), (8, 6), 0, 0, 360, 255, -1)
    codes = {"squaredDifference": cv2.TM_SQDIFF, "squaredDifferenceNormed": cv2.TM_SQDIFF_NORMED, "crossCorrelation": cv2.TM_CCORR,
             "crossCorrelationNormed": cv2.TM_CCORR_NORMED, "correlationCoefficient": cv2.TM_CCOEFF, "correlationCoefficientNormed": cv2.TM_CCOEFF_NORMED}
    rgb = scene(60, 44)
    return {
        "gray": pack(gray), "template": pack(template), "mask": pack(mask), "rgb": pack(rgb), "rgbTemplate": pack(rgb[10:24, 12:30]),
        "plain": {name: pack(cv2.matchTemplate(gray, template, code)) for name, code in codes.items()},
        "masked": {name: pack(cv2.matchTemplate(gray, template, code, mask=mask)) for name, code in codes.items()},
        "rgbMap": pack(cv2.matchTemplate(rgb, rgb[10:24, 12:30], cv2.TM_CCOEFF_NORMED)),
    }


def yunet_faces(session, image):
    """As FaceDetectorYN decodes them: x, y, width, height, score; OpenCV's own importer refuses the dynamic network."""
    height, width = image.shape[:2]
    across, down = -(-width // 32) * 32, -(-height // 32) * 32
    padded = np.zeros((down, across, 3), np.float32)
    padded[:height, :width] = image
    out = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"input": padded.transpose(2, 0, 1)[None]})))
    boxes, scores = [], []
    for stride in (8, 16, 32):
        cls, obj, box = out[f"cls_{stride}"][0, :, 0], out[f"obj_{stride}"][0, :, 0], out[f"bbox_{stride}"][0]
        score = np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1))
        for i in np.flatnonzero(score >= 0.6):
            row, column = divmod(i, across // stride)
            w, h = np.exp(box[i, 2:]) * stride
            boxes.append([float((column + box[i, 0]) * stride - w / 2), float((row + box[i, 1]) * stride - h / 2), float(w), float(h)])
            scores.append(float(score[i]))
    kept = cv2.dnn.NMSBoxes(boxes, scores, 0.6, 0.3)
    return [[*boxes[i], scores[i]] for i in kept]


def faces():
    """Detectors on the annotated photos of dlib, where EARSHOT_DATA names them; coordinates only."""
    data = os.environ.get("EARSHOT_DATA")
    if not data:
        return None
    import onnxruntime as ort

    ort.set_default_logger_severity(3)
    weights = Path(data) / "pretrained"
    cascade = cv2.CascadeClassifier(str(weights / "haarcascade_frontalface_default.xml"))
    ultraface = ort.InferenceSession(str(weights / "ultraface_rfb_320.onnx"))
    yunet = ort.InferenceSession(str(weights / "yunet_n_dynamic.onnx"))
    out = {}
    with tarfile.open(Path(data) / "dlib-faces.tar.gz") as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            if not re.fullmatch(r"20\d\d_\d+\.jpg", name):
                continue
            image = cv2.imdecode(np.frombuffer(archive.extractfile(member).read(), np.uint8), cv2.IMREAD_COLOR)
            height, width = image.shape[:2]
            boxes, _, scores = cascade.detectMultiScale3(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 1.1, 3, outputRejectLevels=True)
            found = yunet_faces(yunet, image)
            small = (cv2.resize(image, (320, 240))[..., ::-1].astype(np.float32) - 127) / 128
            confidence, corners = ultraface.run(None, {"input": small.transpose(2, 0, 1)[None]})
            best = np.argsort(-confidence[0, :, 1])[:3]
            out[name] = {
                "size": [width, height],
                "haar": sorted([*map(int, box), float(score)] for box, score in zip(boxes, np.ravel(scores))),
                "yunet": sorted(found),
                "ultrafaceBest": [corners[0, best[0]].tolist(), float(confidence[0, best[0], 1])],
            }
    return out


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    header = {"opencv": cv2.__version__, "skimage": skimage.__version__, "numpy": np.__version__, "seed": 2026}
    found = faces()
    for name, values in {"images": images(), "features": features(), "templates": templates(), **({"faces": {"photos": found}} if found else {})}.items():
        path = OUT / f"{name}.json"
        path.write_text(json.dumps({"versions": header, **values}))
        print(path.name, path.stat().st_size)
