import ArgumentParser
import Joule

/// What the columns of the data are, for machines of any units.
struct DataUnitsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Units of the data: auto guesses them by column; or one kind for all columns, as gaussian or potts:21; or "
        + "groups in the order of the columns, as gaussian:4+potts:3x5+bernoulli:10. Kinds: \(UnitLayer.kindsInWords). "
        + "(default: auto)"))
  var units: String?

  /// What was given beside the units that a run began with: the option's name, the units given, those stored.
  ///
  /// - Parameters:
  ///   - stored: units as text.
  ///   - wereGuessed: whether the run guessed them, as auto asks for.
  func comparison(with stored: String, wereGuessed: Bool) -> (String, String?, String) {
    let given = units.map { text in
      text == "auto" && wereGuessed
        ? stored : MachineUnits.spelledOut(text, likeColumnsOf: stored)
    }
    return ("--units", given, stored)
  }

  /// The units that are named, or those guessed.
  func units(of data: LoadedData) throws -> MachineUnits {
    try MachineUnits(units ?? "auto", for: data)
  }
}
