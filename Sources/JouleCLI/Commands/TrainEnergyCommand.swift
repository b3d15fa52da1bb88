import ArgumentParser
import Foundation
import Joule

/// `joule train energy`: an energy of the data, or with --estimator ncsm one for every strength of noise.
struct TrainEnergyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: EnergyKind.commandName, abstract: EnergyKind.help.abstract,
    discussion: EnergyKind.help.discussion + "\n\n" + NoiseEnergyKind.help.discussion)

  @OptionGroup(title: "Model")
  var own: NoiseEnergyOptions
  @OptionGroup(title: "Training")
  var training: TrainingOptions<EnergyKind>
  @OptionGroup(title: "Run")
  var place: RunOptions

  func run() throws {
    if areNoiseConditional {
      try TrainingStart<NoiseEnergyKind, EnergyKind>(own: own, training: training, place: place)
        .execute()
    } else {
      try own.requireNoLevels()
      try TrainingStart<EnergyKind, EnergyKind>(
        own: own.energy, training: training, place: place
      ).execute()
    }
  }

  /// Whether many strengths of noise are asked for, or the run that is to go on has them.
  private var areNoiseConditional: Bool {
    guard place.isResumed else { return own.areNoiseConditional }
    return RunFolder.storedModel(in: place.output) == NoiseEnergyKind.name
  }
}

extension RunFolder {
  /// The kind of model of the run in a folder; nil where there is none that can be read.
  static func storedModel(in folder: String) -> String? {
    let text = try? String(contentsOfFile: folder + "/config.json", encoding: .utf8)
    return text.flatMap { try? JSON(parsing: $0) }?["model"]?.stringValue
  }
}
