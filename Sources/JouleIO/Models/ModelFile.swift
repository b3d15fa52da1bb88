public import JouleCore
import JouleTensor

/// Models and checkpoints as safetensors files.
///
/// Float tensors are F32, Double tensors F64; texts are the file's metadata. The same archive gives the
/// same bytes.
public enum ModelFile {
  /// Reads a file.
  ///
  /// Tensors of whole numbers, which files from elsewhere may hold, become Double.
  ///
  /// NaN and infinity are read as they are: whether they belong is for the model to say.
  public static func load(_ path: String) throws(ModelFileError) -> Archive {
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    let file: Safetensors
    do { file = try Safetensors(decoding: bytes) } catch { throw .format(path: path, error) }
    var archive = Archive()
    archive.metadata = file.metadata
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
      switch tensor.elements {
      case .float32(let elements):
        archive.store(Tensor(shape: tensor.shape, elements: elements), as: name)
      case .float64(let elements):
        archive.store(Tensor(shape: tensor.shape, elements: elements), as: name)
      case .uint8(let elements):
        archive.store(Tensor(shape: tensor.shape, elements: elements.map(Double.init)), as: name)
      case .int64(let elements):
        if let index = elements.firstIndex(where: { $0.magnitude > 1 << 53 }) {
          throw .inexact(path: path, tensor: name, index: index, found: elements[index])
        }
        archive.store(Tensor(shape: tensor.shape, elements: elements.map { Double($0) }), as: name)
      }
    }
    return archive
  }

  /// Writes a file, whole or not at all.
  public static func save(_ archive: Archive, to path: String) throws(FileError) {
    try AtomicFile.write(encoded(archive), to: path)
  }

  /// The bytes that `save` writes.
  public static func encoded(_ archive: Archive) -> [UInt8] {
    var file = Safetensors()
    file.metadata = archive.metadata
    for (name, value) in archive.tensors {
      switch value {
      case .float(let tensor):
        file.tensors[name] = .init(shape: tensor.shape, elements: .float32(tensor.elements))
      case .double(let tensor):
        file.tensors[name] = .init(shape: tensor.shape, elements: .float64(tensor.elements))
      }
    }
    return file.encoded()
  }
}
