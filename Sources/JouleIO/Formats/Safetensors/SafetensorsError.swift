/// What is wrong with a safetensors file, apart from which file it is.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible {
  case notSafetensors(found: String)
  case truncated(part: String, expected: Int, found: Int)
  case header(JSONError)
  /// An entry of the header is not as the format wants it.
  case entry(name: String, found: String, expected: String)
  case unsupportedType(name: String, type: String)
  case size(name: String, shape: [Int], type: String, byteCount: Int)
  /// Offsets that leave a gap, overlap, or miss the end.
  case offsets(name: String, found: Int, expected: Int)
  case excess(byteCount: Int)

  /// What was found and what was expected, without the file's name.
  public var description: String {
    switch self {
    case .notSafetensors(let found):
      "it is not a safetensors file: \(found); expected a model or checkpoint that joule wrote, or a "
        + "file of safetensors.numpy.save_file"
    case .truncated(let part, let expected, let found):
      "it ends early: \(part) needs \(expected) bytes, \(found) are there; fetch or write it again"
    case .header(let error): "its header is \(error)"
    case .entry(let name, let found, let expected):
      "header entry \(FormatError.quoted(name.utf8)) has \(found), expected \(expected)"
    case .unsupportedType(let name, let type):
      "tensor \(FormatError.quoted(name.utf8)) is of type \(FormatError.quoted(type.utf8)), expected "
        + "one of \(Safetensors.typeNames)"
    case .size(let name, let shape, let type, let byteCount):
      "tensor \(FormatError.quoted(name.utf8)) has \(byteCount) bytes, which is not what \(type) of "
        + "shape \(shape) takes"
    case .offsets(let name, let found, let expected):
      "tensor \(FormatError.quoted(name.utf8)) begins at byte \(found) of the data, expected "
        + "\(expected): tensors follow one another without gaps"
    case .excess(let byteCount):
      "\(byteCount) bytes follow the last tensor, where the file should end; it is damaged"
    }
  }
}
