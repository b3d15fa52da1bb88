import ArgumentParser
import Foundation
import Joule

/// `joule denoise`.
struct DenoiseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "denoise",
    abstract: "Restores a noisy image as a most probable state of an Ising or Potts field.",
    discussion: """
      An image of two levels is an Ising model: every pixel is tied to what was seen, neighbours to each \
      other, and the restored image y is the most probable one,

        E(y) = −Σ log P(x|y) − J Σ s s',   P(x|y) = 1 − p where pixel and copy agree, p where not.

      A grey image is a Potts model of --levels levels with Gaussian noise, where a jump of --truncation grey \
      levels or more costs J however great it is. J and the noise are estimated from the image by \
      pseudo-likelihood when they are not given.

      cut     minimum cut: of two levels the exact optimum with its proof, of more by expansion moves
      icm     each pixel in turn its best given its neighbours: fast, and soon stuck
      anneal  simulated annealing
      gibbs   the posterior means of pixels, thresholded or rounded: each pixel alone right most often
      bp      max-product belief propagation

      The bound says how low any energy can be: where it meets the energy, the image is proved optimal.

      joule denoise --image noisy.png --output restored.png
      joule denoise --image noisy.png --reference clean.png --noise 0.2 --coupling 0.5 \
      --picture before-after.png --output restored.png
      joule denoise --image grey.png --levels 64 --noise 20 --output restored.png
      """)

  @Option(help: "The noisy image: PNG, PGM or PBM; colour becomes grey.")
  var image: String
  @Option(help: "The clean image, of the same size, to tell how good the result is.")
  var reference: String?
  @Option(help: "How the field is solved.")
  var method = DenoiseMethod.cut
  @Option(help: "J: the coupling of neighbours, in nats. (default: estimated)")
  var coupling: Double?
  @Option(
    help: """
      Of two levels p, the fraction of pixels inverted, below 0.5; of more sigma, in grey levels of 0 to 255. \
      (default: estimated)
      """)
  var noise: Double?
  @Option(
    help: "Levels of the restored image, 2 to 256. (default: 2 if the image has no more, else 32)")
  var levels: Int?
  @Option(help: "T: the jump in grey levels beyond which an edge costs no more.")
  var truncation = GrayImageField.defaultTruncation
  @Option(help: "Sweeps of anneal and gibbs, passes of bp.")
  var sweeps = 200
  @Option(help: "Where the restored image goes: a PNG file.")
  var output: String
  @Option(
    help: "A PNG picture of the noisy and the restored image side by side, the clean one first.")
  var picture: String?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    for path in [output, picture].compactMap({ $0 }) {
      try require(
        path.lowercased().hasSuffix(".png"), "images are written as PNG files, got '\(path)'")
    }
    let seen = try FieldImage(image)
    let levelCount = levels ?? (seen.hasTwoLevels ? 2 : 32)
    try check(levelCount)
    let clean = try reference.map { try FieldImage($0) }
    if let clean { try clean.requireSize(of: seen) }
    let job = DenoiseJob(
      seen: seen, method: method, levelCount: levelCount, coupling: coupling, noise: noise,
      truncation: truncation, sweeps: sweeps, key: RandomKey(seed: seed).folded("denoise"))
    let restored = levelCount == 2 ? try job.restoreBinary() : try job.restoreGray()
    let report = DenoiseReport(
      restored, seen: seen, clean: clean, levelCount: levelCount, method: method)
    try restored.image.save(to: output)
    if let picture {
      try report.comparison(restored.image).save(to: picture)
    }
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text(output: output))
  }

  private func check(_ levelCount: Int) throws {
    try require((2...256).contains(levelCount), "--levels must be from 2 to 256, got \(levelCount)")
    if let coupling {
      try require(
        coupling.isFinite && coupling >= 0 && coupling <= 1000,
        "--coupling must be from 0 to 1000, got \(coupling)")
    }
    if let noise {
      if levelCount == 2 {
        try require(
          noise > 0 && noise < 0.5,
          "of two levels --noise is the fraction of pixels inverted, above 0 and below 0.5, got \(noise)"
        )
      } else {
        try require(
          noise >= 1 && noise <= 255,
          "of more than two levels --noise is a standard deviation in grey levels, from 1 to 255, got "
            + "\(noise)")
      }
    }
    try require(
      truncation.isFinite && truncation > 0, "--truncation must be positive, got \(truncation)")
    try require(
      (1...1_000_000).contains(sweeps), "--sweeps must be from 1 to 1,000,000, got \(sweeps)")
  }
}

/// The ways to solve the field of an image.
enum DenoiseMethod: String, ExpressibleByArgument, CaseIterable, Encodable {
  case cut, icm, anneal, gibbs, bp
}
