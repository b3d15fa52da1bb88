import ArgumentParser
import Joule

/// The labels of a run, so that a resumed one can be sure to see the same.
struct LabelSource: Codable, Equatable, Sendable {
  var path: String
  var checksum: String

  init(_ file: LabelFile) {
    path = file.path
    checksum = String(file.checksum, radix: 16)
  }
}

/// The labels of a run and its classes.
struct LabelSettings: Codable, Equatable, Sendable {
  var labels: LabelSource
  var validationLabels: LabelSource?
  var classes: Int

  enum CodingKeys: String, CodingKey {
    case labels, classes
    case validationLabels = "validation_labels"
  }

  var summary: [(String, String)] {
    [
      ("Labels", "\(labels.path): \(classes) classes"),
      ("Validation labels", validationLabels?.path ?? "none"),
    ]
  }

  /// Rows with their classes behind them.
  ///
  /// - Throws: where there is not one label a row, one is out of range, is missing though it must not be, or is
  ///   not what the run began with.
  func labelled(
    _ rows: ModelRows, isHeldOut: Bool, allowingMissing: Bool
  ) throws -> ModelRows {
    guard let source = isHeldOut ? validationLabels : labels else {
      throw Failure("--validation needs its labels: add --validation-labels")
    }
    let file = try LabelFile.load(source.path)
    try require(
      LabelSource(file).checksum == source.checksum,
      "\(source.path) does not hold the labels that the run began with (checksum "
        + "\(source.checksum))")
    let found = try file.labels(
      rows: rows.dataset.rowCount, classes: classes, allowingMissing: allowingMissing)
    var labelled = rows
    labelled.dataset = rows.dataset.labelled(found, classCount: classes)
    return labelled
  }
}

/// The options that give labels to a run.
struct LabelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The class of every row, a whole number from 0 on: an IDX, NPY or CSV file; the model learns to "
        + "name classes."))
  var labels: String?
  @Option(help: "The same for --validation.")
  var validationLabels: String?
  @Option(
    parsing: .unconditional, help: "Classes. (default: as many as the largest label asks for)")
  var classes: Int?

  /// - Throws: when the files cannot be read, or hold too few or too many classes.
  func settings() throws -> LabelSettings {
    guard let labels else {
      throw Failure("--labels is missing: name a file of the classes of the rows")
    }
    let file = try LabelFile.load(labels)
    let largest = file.labels.lazy.compactMap { $0 }.max() ?? 0
    let count = classes ?? largest + 1
    try require(
      count >= 2 && count <= Self.mostClasses,
      "\(labels) holds labels up to \(largest), and classes are from 2 to \(Self.mostClasses), got "
        + "\(count)")
    return LabelSettings(
      labels: LabelSource(file),
      validationLabels: try validationLabels.map { LabelSource(try LabelFile.load($0)) },
      classes: count)
  }

  private static let mostClasses = 10_000

  func comparison(with stored: LabelSettings) -> [(String, String?, String)] {
    [
      ("--labels", labels, stored.labels.path),
      ("--validation-labels", validationLabels, stored.validationLabels?.path ?? "none"),
      ("--classes", classes.map { "\($0)" }, "\(stored.classes)"),
    ]
  }
}

extension LabelFile {
  /// A number that differs, almost surely, when any label differs.
  var checksum: UInt64 {
    Dataset(
      bytes: labels.flatMap { label in
        let bits = UInt64(bitPattern: Int64(label ?? -1))
        return (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      }, rowCount: labels.count, columnCount: 8
    ).checksum
  }

  /// The labels of rows.
  ///
  /// - Throws: where there is not one a row, or one that is no class, or none where there has to be.
  func labels(rows: Int, classes: Int, allowingMissing: Bool) throws(Failure) -> [Int?] {
    try require(
      labels.count == rows, "\(path) has \(labels.count) labels, and the data \(rows) rows")
    for (row, label) in labels.enumerated() {
      guard let label else {
        try require(
          allowingMissing,
          "\(path): label \(row + 1) is missing, and only --objective semi:WEIGHT learns from rows "
            + "without one")
        continue
      }
      try require(
        label < classes,
        "\(path): label \(row + 1) is \(label), expected 0 to \(classes - 1): the classes are \(classes)"
      )
    }
    return labels
  }
}
