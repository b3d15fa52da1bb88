import ArgumentParser
import Joule

/// `joule train rbm`: a machine of the data alone, or with --labels one of data and classes.
struct TrainRBMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: RBMKind.commandName, abstract: RBMKind.help.abstract,
    discussion: RBMKind.help.discussion + "\n" + ClassificationRBMKind.help.discussion)

  @OptionGroup(title: "Model")
  var own: ClassificationOptions
  @OptionGroup(title: "Training")
  var training: TrainingOptions<RBMKind>
  @OptionGroup(title: "Run")
  var place: RunOptions

  func run() throws {
    if hasLabels {
      try TrainingStart<ClassificationRBMKind, RBMKind>(
        own: own, training: training, place: place
      ).execute()
    } else {
      try own.requireNoLabels()
      try TrainingStart<RBMKind, RBMKind>(own: own.machine, training: training, place: place)
        .execute()
    }
  }

  /// Whether labels are given, or the run that is to go on has some.
  private var hasLabels: Bool {
    guard place.isResumed else { return own.labels.labels != nil }
    return RunFolder.storedModel(in: place.output) == ClassificationRBMKind.name
  }
}
