import ArgumentParser
import Foundation
import Joule

/// `joule verify`: checks the mathematics of a model file.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks a model's gradient, log Z, sampler and moments by brute force.",
    discussion: """
      Gradients are held against differences of the energy, log Z and moments against sums over all rows, the sampler \
      against the exact distribution from exact starts, bounds of deep machines against what they bound. A model that is \
      too large to list is checked on random parts of itself, of the same kind and with its parameters; a product or \
      mixture by its experts and what joins them. Fails if a check does.

      joule verify run/model.safetensors
      """
  )

  @Argument(help: "A model file.")
  var model: String
  @Option(
    parsing: .unconditional,
    help:
      "Units a layer of the parts of a model that is too large to list, fewer where they have many states."
  )
  var units = 8
  @Option(parsing: .unconditional, help: "Chains of the sampler's check.")
  var chains = 20_000
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @Option(help: "How to print the result.")
  var format: OutputFormat = .text
  @OptionGroup
  var threads: ThreadOptions

  private struct Part: Encodable {
    var part: String
    var checks: [Check]
  }

  private struct Check: Encodable {
    var name: String
    var difference: Double
    var bound: Double
    var passed: Bool
    var meaning: String
  }

  func run() throws {
    try require(units > 0 && units <= 13, "--units must be from 1 to 13, got \(units)")
    try require(
      chains >= 100 && chains <= 10_000_000,
      "--chains must be from 100 to 10,000,000, got \(chains)")
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    let key = RandomKey(seed: seed).folded("verify")
    let verification = ModelVerification(chains: chains, key: key, on: workers)
    let parts = try parts(of: loaded.kind, verification, key: key)
    let all = parts.flatMap(\.checks)
    switch format {
    case .json:
      print(
        try encodeJSON(
          parts.map { part in
            Part(
              part: part.part,
              checks: part.checks.map {
                Check(
                  name: $0.name, difference: $0.difference, bound: $0.bound, passed: $0.isPassed,
                  meaning: $0.meaning)
              })
          }, pretty: true))
    case .text:
      for part in parts {
        print("\(part.part):")
        for check in part.checks {
          print(
            "  \(check.isPassed ? "passed" : "FAILED")  \(check.name): \(figure(check.difference)) of at most "
              + "\(figure(check.bound)) (\(check.meaning))")
        }
      }
    }
    let failed = all.filter { !$0.isPassed }.count
    try require(
      failed == 0, "\(failed) of \(all.count) checks failed: this model's figures cannot be trusted"
    )
  }

  private func figure(_ number: Double) -> String { String(format: "%.2g", number) }

  private func parts(
    of kind: any ModelKind, _ verification: ModelVerification, key: RandomKey
  ) throws -> [(part: String, checks: [VerificationCheck])] {
    if let kind = kind as? any VerifiableKind {
      return kind.checks(verification, units: units, key: key)
    }
    if let whole = kind as? any ExpertsKind {
      let own = whole.ownChecks(verification)
      return try whole.experts.enumerated().flatMap { index, expert in
        try parts(of: expert, verification, key: key).map {
          ("expert \(index), " + $0.part, $0.checks)
        }
      } + (own.isEmpty ? [] : [("all experts together", own)])
    }
    guard let kind = kind as? any TrainableKind else {
      throw Failure(
        "\(type(of: kind).title) has no gradient of its own to check")
    }
    return [("the model", [Self.gradient(of: kind, verification, key: key)])]
  }

  private static func gradient<Kind: TrainableKind>(
    of kind: Kind, _ verification: ModelVerification, key: RandomKey
  ) -> VerificationCheck {
    kind.gradientCheck(verification, key: key)
  }
}
