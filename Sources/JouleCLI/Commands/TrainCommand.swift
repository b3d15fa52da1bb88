import ArgumentParser
import Foundation
import Joule

/// `joule train`: a group, one command a kind of model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on a file of data.",
    subcommands: [
      TrainRBMCommand.self, TrainKindCommand<NADEKind>.self,
      TrainMixtureCommand.self, TrainKindCommand<MixtureKind<BernoulliFamily>>.self,
      TrainKindCommand<MixtureKind<GaussianFamily>>.self,
      TrainKindCommand<MADEKind>.self, TrainKindCommand<FlowKind>.self,
      TrainEnergyCommand.self, TrainKindCommand<BitEnergyKind>.self,
      TrainKindCommand<EBGANKind>.self,
      TrainKindCommand<ClassifierNetworkKind>.self, TrainKindCommand<AutoencoderKind>.self,
      TrainKindCommand<DBMKind>.self, TrainKindCommand<DBNKind>.self,
      TrainKindCommand<MachineKind>.self, TrainKindCommand<DeepMachineKind>.self,
      TrainKindCommand<IsingKind>.self,
    ])
}

/// `joule train rbm` and its like: the same command for every kind.
struct TrainKindCommand<Kind: TrainableKind>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.commandName, abstract: Kind.help.abstract, discussion: Kind.help.discussion)
  }

  @OptionGroup(title: "Model")
  var own: Kind.Options
  @OptionGroup(title: "Training")
  var training: TrainingOptions<Kind>
  @OptionGroup(title: "Run")
  var place: RunOptions

  func run() throws {
    try TrainingStart<Kind, Kind>(own: own, training: training, place: place).execute()
  }
}
