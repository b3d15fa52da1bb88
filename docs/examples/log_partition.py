# log Z of a machine with few hidden units: python3 log_partition.py run/model.safetensors
import json, sys
import numpy as np

data = open(sys.argv[1], "rb").read()
begin = 8 + int.from_bytes(data[:8], "little")  # behind the header and the eight bytes of its size
header = json.loads(data[8:begin])

def tensor(name):
    first, last = header[name]["data_offsets"]
    return np.frombuffer(data[begin + first : begin + last], "<f4").reshape(header[name]["shape"])

W, b, c = (tensor(name).astype(float) for name in ("weights", "visible_bias", "hidden_bias"))
h = np.arange(2 ** len(c))[:, None] >> np.arange(len(c)) & 1  # every state of the hidden units
print(np.logaddexp.reduce(h @ c + np.logaddexp(0, b + h @ W.T).sum(axis=1)))
