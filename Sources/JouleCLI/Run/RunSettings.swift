import Joule

/// How a run is carried out; nothing here changes the model.
struct RunSettings {
  var workers: Workers
  /// Epochs between two scores; nil: as often as costs little.
  var evaluateEvery: Int?
  /// Epochs between two checkpoints; nil: as often as costs little.
  var checkpointEvery: Int?
  var isQuiet = false
  /// What to type to go on with a run that was stopped; nil: the command that resumes it.
  var continuation: String?
}
