import Foundation
import Joule
import Testing

/// `denoise` against the energy written out, and on input that cannot be restored.
@Suite struct DenoiseCommandTests {
  static let (width, height) = (40, 30)

  /// Bars and a disc.
  static let clean: [UInt8] = (0..<width * height).map { place in
    let (x, y) = (place % width, place / width)
    let inDisc = (x - 26) * (x - 26) + (y - 15) * (y - 15) < 90
    return inDisc != (x < 12 && y % 8 < 4) ? 255 : 0
  }

  /// The same with a fifth of its pixels inverted.
  static let noisy: [UInt8] = {
    var stream = RandomStream(key: RandomKey(seed: 91))
    return clean.map { stream.bernoulli(0.2) ? 255 - $0 : $0 }
  }()

  static func withImages<T>(_ body: (String) throws -> T) throws -> T {
    try JouleProcess.withFolder { folder in
      for (name, pixels) in [("clean", clean), ("noisy", noisy)] {
        try GrayImage(width: width, height: height, pixels: pixels)
          .save(to: "\(folder)/\(name).png")
      }
      return try body(folder)
    }
  }

  /// E(y) = −Σ log P(x|y) − J Σ s s′ on the open grid of four neighbours.
  static func energy(_ restored: [UInt8], coupling: Double, noise: Double) -> Double {
    func spin(_ x: Int, _ y: Int) -> Double { restored[y * width + x] > 127 ? 1 : -1 }
    var sum = 0.0
    for y in 0..<height {
      for x in 0..<width {
        let agrees = (restored[y * width + x] > 127) == (noisy[y * width + x] > 127)
        sum -= log(agrees ? 1 - noise : noise)
        if x + 1 < width { sum -= coupling * spin(x, y) * spin(x + 1, y) }
        if y + 1 < height { sum -= coupling * spin(x, y) * spin(x, y + 1) }
      }
    }
    return sum
  }

  @Test func energiesAreThoseOfTheImagesAndTheCutIsLeast() throws {
    try Self.withImages { folder in
      var energies: [String: Double] = [:]
      for method in ["cut", "anneal", "icm", "gibbs", "bp"] {
        let output = "\(folder)/\(method).png"
        let result = try JouleProcess.run(
          "denoise", "--image", "\(folder)/noisy.png", "--reference", "\(folder)/clean.png",
          "--method", method, "--coupling", "0.6", "--noise", "0.2", "--format", "json",
          "--picture", "\(folder)/\(method)-picture.png", "--output", output)
        #expect(result.status == 0, "\(method): \(result.errors)")
        let report = try JSON(parsing: result.output)
        let energy = try #require(report["energy"]?.doubleValue)
        let bound = try #require(report["bound"]?.doubleValue)
        energies[method] = energy
        let image: Tensor<Float> = try DataFile.load(output).dataset.batch(0..<1)
        let pixels = image.elements.map { UInt8($0 * 255) }
        let expected = Self.energy(pixels, coupling: 0.6, noise: 0.2)
        #expect(abs(energy - expected) < 1e-9 * abs(expected), "\(method)")
        #expect(bound <= energy + 1e-9 * abs(energy), "\(method)")
        for key in ["coupling", "noise", "build_seconds", "solve_seconds"] {
          #expect(report[key]?.doubleValue != nil, "\(method) \(key)")
        }
        let (before, after) = (
          report["before"]?["pixel_error"]?.doubleValue ?? 0,
          report["after"]?["pixel_error"]?.doubleValue ?? 1
        )
        #expect(after < before / 2, "\(method): \(before) to \(after)")
        if method == "cut" {
          #expect(report["optimal"]?.boolValue == true)
          #expect(abs(bound - energy) < 1e-9 * abs(energy))
        }
      }
      let least = try #require(energies["cut"])
      for (method, energy) in energies {
        #expect(least <= energy + 1e-9 * abs(energy), "\(method)")
      }
    }
  }

  /// The estimates against the best that fixed parameters do: over several noisy copies of the image, what
  /// estimating costs on average is less than the luck of the noise, one standard deviation between copies.
  @Test func couplingAndNoiseAreEstimated() throws {
    try JouleProcess.withFolder { folder in
      let clean = "\(folder)/clean.png"
      try GrayImage(width: Self.width, height: Self.height, pixels: Self.clean).save(to: clean)
      let couplings = ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "1"]
      var estimated: [Double] = []
      var fixed = [[Double]](repeating: [], count: couplings.count)
      for copy in 0..<6 as Range<UInt64> {
        var stream = RandomStream(key: RandomKey(seed: 92).folded(copy))
        let pixels = Self.clean.map { stream.bernoulli(0.2) ? 255 - $0 : $0 }
        let noisy = "\(folder)/noisy-\(copy).png"
        try GrayImage(width: Self.width, height: Self.height, pixels: pixels).save(to: noisy)
        func errors(_ options: [String]) throws -> (report: JSON, after: Double, before: Double) {
          let result = try JouleProcess.run(
            ["denoise", "--image", noisy, "--reference", clean, "--format", "json"] + options
              + ["--output", "\(folder)/restored.png"])
          let report = try JSON(parsing: result.output)
          return (
            report, try #require(report["after"]?["pixel_error"]?.doubleValue),
            try #require(report["before"]?["pixel_error"]?.doubleValue)
          )
        }
        let (report, after, before) = try errors([])
        estimated.append(after)
        #expect(after < before, "copy \(copy)")
        let noise = try #require(report["noise"]?.doubleValue)
        // Five deviations of a fraction of so many pixels.
        #expect(abs(noise - 0.2) < 5 * (0.16 / 1200).squareRoot(), "copy \(copy): \(noise)")
        for (index, coupling) in couplings.enumerated() {
          fixed[index].append(try errors(["--coupling", coupling, "--noise", "0.2"]).after)
        }
      }
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      let best = try #require(fixed.min { mean($0) < mean($1) })
      let center = mean(best)
      let spread = (best.reduce(0) { $0 + ($1 - center) * ($1 - center) } / 5).squareRoot()
      #expect(mean(estimated) < center + spread, "\(mean(estimated)), best \(center) ± \(spread)")
    }
  }

  @Test(arguments: [
    ["--noise", "0.7"], ["--noise", "nan"], ["--coupling", "-1"], ["--levels", "1"],
    ["--levels", "300"], ["--sweeps", "0"], ["--truncation", "0"],
    ["--reference", "small.png"], ["--reference", "missing.png"], ["--reference", "broken.png"],
  ])
  func whatCannotBeMeantIsRefusedInOneLine(_ options: [String]) throws {
    try Self.withImages { folder in
      try GrayImage(width: 3, height: 2, level: 255).save(to: "\(folder)/small.png")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/clean.png"))
      try bytes.prefix(60).write(to: URL(fileURLWithPath: "\(folder)/broken.png"))
      let output = "\(folder)/restored.png"
      let named = options.map { $0.hasSuffix(".png") ? "\(folder)/\($0)" : $0 }
      let (process, text, errors) = try JouleProcess.start(
        ["denoise", "--image", "\(folder)/noisy.png", "--output", output] + named)
      _ = text.fileHandleForReading.readDataToEndOfFile()
      let complaints = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      let lines = complaints.split(separator: "\n").filter { $0.hasPrefix("Error:") }
      #expect(lines.count == 1, "\(complaints)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }
}
