"""A black and white picture with some of its pixels inverted, and what a median filter makes of it.

    python3 salt_and_pepper.py IMAGE.pgm NOISE SEED

writes clean.pgm, noisy.pgm and median.pgm here. No library is needed.
"""
import random
import sys


def read(path):
    """Width, height and bits of a binary PGM: 1 where it is brighter than the middle."""
    with open(path, "rb") as file:
        magic, width, height, largest = file.readline().split() + file.readline().split() + file.readline().split()
        pixels = file.read()
    assert magic == b"P5" and int(largest) == 255, f"{path} is no PGM of 8 bits"
    return int(width), int(height), [int(pixel > 127) for pixel in pixels]


def write(path, width, height, bits):
    with open(path, "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height) + bytes(255 * bit for bit in bits))


def median(width, height, bits, radius):
    """Of the square around each pixel, which ends at the border."""
    result = []
    for y in range(height):
        for x in range(width):
            rows = range(max(0, y - radius), min(height, y + radius + 1))
            columns = range(max(0, x - radius), min(width, x + radius + 1))
            ones = sum(bits[row * width + column] for row in rows for column in columns)
            result.append(int(2 * ones > len(rows) * len(columns)))
    return result


image, noise, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
width, height, clean = read(image)
stream = random.Random(seed)
noisy = [1 - bit if stream.random() < noise else bit for bit in clean]
write("clean.pgm", width, height, clean)
write("noisy.pgm", width, height, noisy)


def error(bits):
    return 100 * sum(a != b for a, b in zip(bits, clean)) / len(clean)


print(f"noisy {error(noisy):.2f} % of pixels wrong")
best = min((median(width, height, noisy, radius) for radius in (1, 2)), key=error)
write("median.pgm", width, height, best)
for radius in (1, 2):
    size = 2 * radius + 1
    print(f"median {size}x{size} {error(median(width, height, noisy, radius)):.2f} %")
