"""Errors of scikit-learn's classifiers on the digits of the package, split as in docs/losses.md.

python3 docs/examples/digit_errors.py        (from the folder of the package; needs NumPy and scikit-learn)
"""

import gzip
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

FOLDER = "Sources/JouleCLI/Resources/digits"


def values(name, header):
    with gzip.open(f"{FOLDER}/digits-{name}.gz") as file:
        return np.frombuffer(file.read()[header:], np.uint8)


warnings.filterwarnings("ignore")
images = values("images-idx3-ubyte", 16).reshape(-1, 64) / 255
labels = values("labels-idx1-ubyte", 8)
models = {
    "logistic regression": LogisticRegression(max_iter=5000),
    "linear SVC": LinearSVC(max_iter=20000),
    "nearest mean": NearestCentroid(),
}
models |= {
    f"64 units, seed {seed}": MLPClassifier((64,), max_iter=1000, random_state=seed)
    for seed in range(5)
}
for name, model in models.items():
    model.fit(images[:1400], labels[:1400])
    print(f"{name}: {100 * (1 - model.score(images[1400:], labels[1400:])):.1f} %")
