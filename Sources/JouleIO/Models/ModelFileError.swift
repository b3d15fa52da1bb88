/// Why a model or checkpoint file cannot be used.
public enum ModelFileError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case format(path: String, SafetensorsError)
  /// A NaN or infinity. The index counts elements from 0, row-major.
  case nonFinite(path: String, tensor: String, index: Int, found: Double)
  /// A whole number too large for a Double.
  case inexact(path: String, tensor: String, index: Int, found: Int64)
  case missingTensor(path: String, name: String, found: [String])
  case unknownTensor(path: String, name: String, expected: [String])

  /// One sentence: the file, what was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .format(let path, let error): "\(path): \(error)"
    case .nonFinite(let path, let tensor, let index, let found):
      "\(path): element \(index) of tensor \(FormatError.quoted(tensor.utf8)) is \(found), expected a "
        + "finite number; the training that wrote it diverged, or the file is damaged"
    case .inexact(let path, let tensor, let index, let found):
      "\(path): element \(index) of tensor \(FormatError.quoted(tensor.utf8)) is \(found), expected at "
        + "most 2^53 in magnitude, so that a Double can hold it"
    case .missingTensor(let path, let name, let found):
      "\(path): it has no tensor \(FormatError.quoted(name.utf8)); it holds \(list(found))"
    case .unknownTensor(let path, let name, let expected):
      "\(path): unknown tensor \(FormatError.quoted(name.utf8)); expected \(list(expected)) only"
    }
  }

  private func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(8).map { FormatError.quoted($0.utf8) }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
