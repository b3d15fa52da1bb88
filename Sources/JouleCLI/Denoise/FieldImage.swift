import Foundation
import Joule

/// An image as `joule denoise` takes it: grey levels in 0…255.
struct FieldImage {
  let path: String
  let height: Int
  let width: Int
  let pixels: [UInt8]

  private static let largestPixelCount = 1 << 24

  init(_ path: String) throws {
    let loaded = try DataFile.load(path)
    guard [.png, .pnm].contains(loaded.kind), let shape = loaded.imageShape else {
      throw Failure("\(path) is a \(loaded.kind) file; an image is wanted: PNG, PGM or PBM")
    }
    try require(
      shape.height * shape.width <= Self.largestPixelCount,
      "\(path) has \(shape.height)×\(shape.width) pixels, \(Self.largestPixelCount) are the most: cut it"
    )
    let values: Tensor<Float> = loaded.dataset.batch(0..<1)
    self.path = path
    height = shape.height
    width = shape.width
    pixels = values.elements.map { UInt8(($0 * 255).rounded()) }
  }

  var hasTwoLevels: Bool { Set(pixels).count <= 2 }

  /// 1 for pixels above the middle of the darkest and the brightest, where there are two; else of the range.
  var bits: [UInt8] {
    let levels = Set(pixels)
    guard levels.count == 2, let low = levels.min() else { return pixels.map { $0 > 127 ? 1 : 0 } }
    return pixels.map { $0 > low ? 1 : 0 }
  }

  func requireSize(of other: FieldImage) throws {
    try require(
      height == other.height && width == other.width,
      "\(path) has \(height)×\(width) pixels, \(other.path) has \(other.height)×\(other.width): they must "
        + "be of one size")
  }

  func image(ofPixels pixels: [UInt8]) -> GrayImage {
    GrayImage(width: width, height: height, pixels: pixels)
  }
}
