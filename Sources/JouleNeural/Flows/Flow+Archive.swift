public import JouleCore
import JouleTensor

extension Flow: ArchivableModel {
  public static var kind: String { "flow" }

  /// The parameters by name, and texts: `architecture`, such as `spline:8:5;64,64;swish;2`, and `passing`, the
  /// variables that pass in every coupling, such as `0;1`.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["architecture"] = architecture.text
    archive.metadata["passing"] = architecture.passing.map { row in
      row.map(String.init).joined(separator: ",")
    }.joined(separator: ";")
  }

  /// - Throws: when a text is missing or malformed, or a tensor missing, unknown, of another shape or not
  ///   finite.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("architecture")
    let passing = try archive.text("passing")
    guard let sets = FlowArchitecture.numbers(passing) else { throw .malformed("passing", passing) }
    guard let architecture = FlowArchitecture(text, passing: sets) else {
      throw .malformed("architecture", text)
    }
    self.init(
      architecture, try ParameterSet(Self.descriptions(of: architecture), from: archive))
  }
}

extension FlowArchitecture {
  /// All but which variables pass, as text.
  var text: String {
    let transform =
      switch transform {
      case .affine: "affine"
      case .spline(let bins, let bound): "spline:\(bins):\(bound)"
      }
    let hidden = hiddenCounts.map(String.init).joined(separator: ",")
    return [transform, hidden, activation.rawValue, String(variableCount)].joined(separator: ";")
  }

  /// Nil where the text is none, or does not fit the variables that pass.
  init?(_ text: String, passing: [[Int]]) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard
      parts.count == 4, let transform = CouplingTransform(parts[0]),
      let hidden = Self.numbers(parts[1])?.first, hidden.allSatisfy({ $0 > 0 }),
      let activation = Activation(rawValue: parts[2]),
      let count = Int(parts[3]), count >= 2, !passing.isEmpty,
      passing.allSatisfy({ set in
        (1..<count).contains(set.count) && Set(set).count == set.count
          && set.allSatisfy((0..<count).contains)
      })
    else { return nil }
    self.init(
      transform: transform, passing: passing, variableCount: count, hiddenCounts: hidden,
      activation: activation)
  }

  /// Rows of whole numbers between semicolons and commas; nil for anything else.
  static func numbers(_ text: String) -> [[Int]]? {
    var rows: [[Int]] = []
    for row in text.split(separator: ";", omittingEmptySubsequences: false) {
      let numbers = row.split(separator: ",").map { Int($0) }
      guard !numbers.contains(nil) else { return nil }
      rows.append(numbers.compactMap(\.self))
    }
    return rows
  }
}

extension CouplingTransform {
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts == ["affine"] {
      self = .affine
    } else if parts.count == 3, parts[0] == "spline", let bins = Int(parts[1]),
      (1..<1000).contains(bins), let bound = Double(parts[2]), bound > 0, bound.isFinite
    {
      self = .spline(bins: bins, bound: bound)
    } else {
      return nil
    }
  }
}
