import ArgumentParser
import Joule

/// What `joule train energy --estimator ncsm` alone has to know. Lengths are in the model's units.
struct NoiseEnergySettings: NetworkSettings {
  /// Its text form.
  var architecture: String
  var strongestNoise: Double
  var weakestNoise: Double
  var noiseLevels: Int
  /// 0 follows gradients of any length.
  var largestGradient: Double
  /// 0 keeps no average.
  var averaging: Double

  enum CodingKeys: String, CodingKey {
    case architecture, averaging
    case strongestNoise = "strongest_noise"
    case weakestNoise = "weakest_noise"
    case noiseLevels = "noise_levels"
    case largestGradient = "largest_gradient"
  }

  var levels: NoiseLevels {
    NoiseLevels(from: strongestNoise, to: weakestNoise, count: noiseLevels)
  }

  var summary: [(String, String)] {
    [
      ("Architecture", architecture),
      (
        "Estimator",
        "denoising score matching at \(noiseLevels) noise levels, σ from \(format(shortest: strongestNoise)) to "
          + format(shortest: weakestNoise)
      ),
      ("Longest gradient", largestGradient > 0 ? format(shortest: largestGradient) : "any"),
      ("Averaging", averaging > 0 ? format(shortest: averaging) : "none"),
    ]
  }
}

/// The options of `joule train energy`: those of every estimator, and of levels of noise.
struct NoiseEnergyOptions: ColumnwiseOptions {
  @OptionGroup
  var energy: EnergyOptions
  @Option(parsing: .unconditional, help: "σ of the strongest noise of ncsm. (default: 5)")
  var strongestNoise: Double?
  @Option(
    parsing: .unconditional,
    help:
      "Strengths of noise of ncsm, at equal factors from the strongest to --noise. (default: 12)")
  var noiseLevels: Int?

  var areNoiseConditional: Bool { energy.estimator == .ncsm }

  /// Refuses what only a model that is told the noise has.
  func requireNoLevels() throws {
    for (name, isGiven) in [
      ("--strongest-noise", strongestNoise != nil), ("--noise-levels", noiseLevels != nil),
    ] {
      try require(
        !isGiven, "\(name) is for --estimator ncsm, which learns at many strengths of noise")
    }
  }

  func checkGivenValues() throws {
    try energy.checkGivenValues()
    try OptionChecks.positive("--strongest-noise", strongestNoise)
    if let noiseLevels {
      try require(
        (2...1000).contains(noiseLevels),
        "--noise-levels must be from 2 to 1000, got \(noiseLevels)")
    }
  }

  func settings(columns: Int) throws -> NoiseEnergySettings {
    let settings = NoiseEnergySettings(
      architecture: energy.architecture ?? "mlp:128x3", strongestNoise: strongestNoise ?? 5,
      weakestNoise: energy.noise ?? 0.05, noiseLevels: noiseLevels ?? 12,
      largestGradient: energy.largestGradient ?? 0, averaging: energy.averaging ?? 0)
    try require(
      settings.weakestNoise < settings.strongestNoise,
      "--noise is the weakest noise of ncsm and --strongest-noise the strongest: got "
        + "\(format(shortest: settings.weakestNoise)) and \(format(shortest: settings.strongestNoise))"
    )
    return settings
  }

  func comparison(with stored: NoiseEnergySettings) -> [(String, String?, String)] {
    [
      ("--architecture", energy.architecture, stored.architecture),
      ("--estimator", energy.estimator?.rawValue, EnergySettings.Estimator.ncsm.rawValue),
      ("--noise", energy.noise.map { "\($0)" }, "\(stored.weakestNoise)"),
      ("--strongest-noise", strongestNoise.map { "\($0)" }, "\(stored.strongestNoise)"),
      ("--noise-levels", noiseLevels.map { "\($0)" }, "\(stored.noiseLevels)"),
      (
        "--largest-gradient", energy.largestGradient.map { "\($0)" }, "\(stored.largestGradient)"
      ),
      ("--averaging", energy.averaging.map { "\($0)" }, "\(stored.averaging)"),
    ]
  }
}
