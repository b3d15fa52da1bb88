public import JouleCore
import JouleTensor

extension ClassifierNetwork: ArchivableModel {
  public static var kind: String { "classifier" }

  /// The parameters by name, and the text `layers`, such as `784-500-500-2000-10`.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["layers"] = sizes.map(String.init).joined(separator: "-")
  }

  /// - Throws: when the text is missing or malformed, when tensors are missing, of other shapes than it says, unknown to
  ///   it, or not finite.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("layers")
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    let sizes = parts.compactMap(\.self)
    guard sizes.count == parts.count, sizes.count >= 2, sizes.allSatisfy({ $0 > 0 }),
      let classCount = sizes.last, classCount > 1
    else { throw .malformed("layers", text) }
    self.init(
      sizes: sizes, parameters: try ParameterSet(Self.descriptions(sizes), from: archive))
  }
}
