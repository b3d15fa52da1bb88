import Foundation
import Joule

/// What `joule denoise` says.
struct DenoiseReport: Encodable {
  /// How an image differs from the clean one.
  struct Difference: Encodable {
    /// The fraction of pixels that differ.
    var pixelError: Double
    /// 20 log₁₀(255 / root mean square difference), in dB; infinite for equal images.
    var psnr: Double

    enum CodingKeys: String, CodingKey {
      case psnr
      case pixelError = "pixel_error"
    }
  }

  var method: DenoiseMethod
  var width: Int
  var height: Int
  var levels: Int
  var energy: Double
  var bound: Double
  var optimal: Bool
  var coupling: Double
  var noise: Double
  var estimated: [String]
  var estimateSeconds: Double
  var buildSeconds: Double
  var solveSeconds: Double
  var boundSeconds: Double
  var before: Difference?
  var after: Difference?
  private let panels: [[UInt8]]

  enum CodingKeys: String, CodingKey {
    case method, width, height, levels, energy, bound, optimal, coupling, noise, estimated, before,
      after
    case estimateSeconds = "estimate_seconds"
    case buildSeconds = "build_seconds"
    case solveSeconds = "solve_seconds"
    case boundSeconds = "bound_seconds"
  }

  init(
    _ restored: Restoration, seen: FieldImage, clean: FieldImage?, levelCount: Int,
    method: DenoiseMethod
  ) {
    self.method = method
    width = seen.width
    height = seen.height
    levels = levelCount
    energy = restored.energy
    bound = restored.bound
    optimal = restored.isOptimal
    coupling = restored.coupling
    noise = restored.noise
    estimated = restored.estimated
    estimateSeconds = restored.estimateSeconds
    buildSeconds = restored.buildSeconds
    solveSeconds = restored.solveSeconds
    boundSeconds = restored.boundSeconds
    // Of two levels everything is compared, and shown, as black and white.
    func shown(_ image: FieldImage) -> [UInt8] {
      levelCount == 2 ? image.bits.map { $0 == 1 ? 255 : 0 } : image.pixels
    }
    let cleanPixels = clean.map(shown)
    panels = [cleanPixels, shown(seen)].compactMap { $0 }
    if let cleanPixels {
      before = Self.difference(shown(seen), cleanPixels)
      after = Self.difference(restored.image.pixels, cleanPixels)
    }
  }

  private static func difference(_ pixels: [UInt8], _ clean: [UInt8]) -> Difference {
    var (different, squares) = (0, 0.0)
    for (one, other) in zip(pixels, clean) where one != other {
      different += 1
      squares += (Double(one) - Double(other)) * (Double(one) - Double(other))
    }
    let count = Double(max(1, clean.count))
    return Difference(
      pixelError: Double(different) / count,
      psnr: squares == 0 ? .infinity : 10 * log10(255 * 255 * count / squares))
  }

  /// The clean image if there is one, the noisy and the restored one, side by side.
  func comparison(_ restored: GrayImage) -> GrayImage {
    let tiles = panels + [restored.pixels]
    return Pictures.grid(
      tiles.flatMap { $0.map { Float($0) / 255 } }, height: height, width: width,
      columns: tiles.count, zoom: max(1, min(4, 1200 / (tiles.count * width))), margin: 4)
  }

  func text(output: String) -> String {
    let digits = levels == 2 ? 4 : 2
    func source(_ name: String) -> String { estimated.contains(name) ? "estimated" : "given" }
    let percent = energy == bound ? 0 : 100 * (energy - bound) / max(abs(energy), 1e-300)
    var lines = [
      "\(output): \(width)×\(height) pixels, \(levels) levels, by \(method.rawValue)",
      "coupling  \(JouleCLI.format(coupling, digits: 4)) nats (\(source("coupling")))",
      "noise     \(JouleCLI.format(noise, digits: digits)) (\(source("noise")))",
      "energy    \(JouleCLI.format(energy, digits: 3)) nats",
      optimal
        ? "bound     the same: no image is more probable"
        : "bound     \(JouleCLI.format(bound, digits: 3)) nats, \(JouleCLI.format(percent, digits: 2)) % below",
    ]
    if let before, let after {
      lines.append(
        "error     \(JouleCLI.format(100 * before.pixelError)) % of pixels before, "
          + "\(JouleCLI.format(100 * after.pixelError)) % after")
      lines.append(
        "PSNR      \(JouleCLI.format(before.psnr)) dB before, \(JouleCLI.format(after.psnr)) dB after"
      )
    }
    lines.append(
      "time      \(milliseconds(estimateSeconds)) to estimate, \(milliseconds(buildSeconds)) to build, "
        + "\(milliseconds(solveSeconds)) to solve")
    return lines.joined(separator: "\n")
  }

  private func milliseconds(_ seconds: Double) -> String {
    seconds < 1
      ? "\(JouleCLI.format(1000 * seconds, digits: 1)) ms" : JouleCLI.format(seconds: seconds)
  }
}
