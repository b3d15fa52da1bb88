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

  @Test func withoutParametersTheImageStillGetsBetter() throws {
    try Self.withImages { folder in
      let result = try JouleProcess.run(
        "denoise", "--image", "\(folder)/noisy.png", "--reference", "\(folder)/clean.png",
        "--format", "json", "--output", "\(folder)/restored.png")
      let report = try JSON(parsing: result.output)
      let noise = try #require(report["noise"]?.doubleValue)
      // Five deviations of a fraction of so many pixels.
      #expect(abs(noise - 0.2) < 5 * (0.16 / 1200).squareRoot(), "\(noise)")
      let before = try #require(report["before"]?["pixel_error"]?.doubleValue)
      #expect(try #require(report["after"]?["pixel_error"]?.doubleValue) < before)
    }
  }

  /// Images that are draws of the field, so that there are true parameters: the estimates are these within four
  /// of their errors, and what estimating costs is less than the luck of a copy, the standard deviation between
  /// copies of the error that the true parameters leave.
  @Test func estimatesAreTheParametersThatTheImagesCameFrom() throws {
    let (height, width, copies) = (100, 12, 10)
    let field = try NarrowField<Double>(
      IsingModel<Double>(Lattice(height: height, width: width), coupling: 0.5))
    let draws = field.sample(count: copies, using: ChainRandom(key: RandomKey(seed: 93)))
    var found: [String: [Double]] = [:]
    try JouleProcess.withFolder { folder in
      for copy in 0..<copies {
        let clean = draws.row(copy).elements.map { $0 == 1 ? 255 : 0 as UInt8 }
        var stream = RandomStream(key: RandomKey(seed: 94).folded(UInt64(copy)))
        let noisy = clean.map { stream.bernoulli(0.2) ? 255 - $0 : $0 }
        for (name, pixels) in [("clean", clean), ("noisy", noisy)] {
          try GrayImage(width: width, height: height, pixels: pixels)
            .save(to: "\(folder)/\(name).png")
        }
        for (name, options) in [("given", ["--coupling", "0.5", "--noise", "0.2"]), ("own", [])] {
          let result = try JouleProcess.run(
            [
              "denoise", "--image", "\(folder)/noisy.png", "--reference",
              "\(folder)/clean.png", "--levels", "2", "--format", "json", "--output",
              "\(folder)/restored.png",
            ] + options)
          let report = try JSON(parsing: result.output)
          for key in ["coupling", "noise"] {
            found["\(name) \(key)", default: []].append(
              try #require(report[key]?.doubleValue))
          }
          found["\(name) error", default: []].append(
            try #require(report["after"]?["pixel_error"]?.doubleValue))
        }
      }
    }
    func moments(_ name: String) -> (mean: Double, deviation: Double) {
      let values = found[name] ?? []
      let mean = values.reduce(0, +) / Double(copies)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(copies - 1)).squareRoot())
    }
    for (key, truth) in [("coupling", 0.5), ("noise", 0.2)] {
      let (mean, deviation) = moments("own \(key)")
      let error = deviation / Double(copies).squareRoot()
      #expect(abs(mean - truth) < 4 * error, "\(key): \(mean) ± \(error)")
    }
    let (own, given) = (moments("own error"), moments("given error"))
    #expect(own.mean < given.mean + given.deviation, "\(own.mean), not \(given)")
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
