/// State that a checkpoint keeps.
public protocol Archivable {
  /// Adds everything that a resumed run needs, under names that begin with `prefix`.
  func archive(into archive: inout Archive, prefix: String)

  /// Replaces this state by an archived one of the same layout.
  mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError)
}

/// A model that can be written to an archive and read back.
public protocol ArchivableModel: EnergyModel {
  /// The name of this kind of model in files, such as "rbm".
  static var kind: String { get }

  /// Adds the parameters under the names of the file format.
  func archive(into archive: inout Archive)

  init(from archive: Archive) throws(ArchiveError)
}

extension ParameterSet: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    for entry in entries { archive.store(entry.value, as: prefix + entry.name) }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    for index in entries.indices {
      entries[index].value = try archive.tensor(
        prefix + entries[index].name, shape: entries[index].value.shape)
    }
  }
}

extension OptimizerState: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.metadata[prefix + "steps"] = String(steps)
    for (index, moment) in moments.enumerated() {
      moment.archive(into: &archive, prefix: "\(prefix)moment\(index).")
    }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    steps = try archive.integer(prefix + "steps")
    for index in moments.indices {
      try moments[index].restore(from: archive, prefix: "\(prefix)moment\(index).")
    }
  }
}
