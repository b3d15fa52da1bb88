/// Why a model or checkpoint file cannot be used.
public enum ModelFileError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case format(path: String, SafetensorsError)
  /// A whole number too large for a Double. The index counts elements from 0, row-major.
  case inexact(path: String, tensor: String, index: Int, found: Int64)

  /// One sentence: the file, what was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .format(let path, let error): "\(path): \(error)"
    case .inexact(let path, let tensor, let index, let found):
      "\(path): element \(index) of tensor \(FormatError.quoted(tensor.utf8)) is \(found), expected at "
        + "most 2^53 in magnitude, so that a Double can hold it"
    }
  }
}
