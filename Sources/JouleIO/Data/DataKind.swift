/// The formats of data files.
public enum DataKind: String, Sendable, CaseIterable, CustomStringConvertible {
  case idx = "IDX"
  case npy = "NPY"
  case npz = "NPZ"
  case text = "CSV"
  case svmLight = "svmlight"
  case fasta = "FASTA"
  case png = "PNG"
  case pnm = "PGM"
  case gzip = "gzip"

  public var description: String { rawValue }

  /// The format that the first bytes tell; nil for none of these.
  init?(of bytes: [UInt8]) {
    if Gzip.isGzip(bytes) {
      self = .gzip
    } else if NPY.isNPY(bytes) {
      self = .npy
    } else if NPZ.isNPZ(bytes) {
      self = .npz
    } else if PNG.isPNG(bytes) {
      self = .png
    } else if IDX.isIDX(bytes) || (bytes.count < 4 && bytes.first == 0) {
      self = .idx
    } else if PNM.isPNM(bytes) {
      self = .pnm
    } else if Safetensors.isSafetensors(bytes) {
      return nil
    } else if FASTA.isFASTA(bytes) {
      self = .fasta
    } else if DelimitedText.isText(bytes) {
      self = SVMLight.isSVMLight(bytes) ? .svmLight : .text
    } else {
      return nil
    }
  }

  /// What a file is that is none of these, for the message.
  static func foreignKind(of bytes: [UInt8]) -> String {
    let marks: [(start: [UInt8], kind: String)] = [
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz (decompress it first)"),
      (Array("BZh".utf8), "compressed by bzip2 (decompress it first)"),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd (decompress it first)"),
      ([0xFF, 0xD8, 0xFF], "a JPEG image (convert it to PNG)"),
      ([0x89, 0x48, 0x44, 0x46], "an HDF5 file (save the array with numpy.save)"),
      (Array("PAR1".utf8), "a Parquet file (save the table as CSV)"),
      ([0xFF, 0xFE], "text in UTF-16 (save it as UTF-8)"),
      ([0xFE, 0xFF], "text in UTF-16 (save it as UTF-8)"),
      ([0x80, 0x02], "a Python pickle (save the array with numpy.save)"),
      ([0x80, 0x04], "a Python pickle (save the array with numpy.save)"),
    ]
    if Safetensors.isSafetensors(bytes) { return "a safetensors model, not data" }
    for mark in marks where bytes.starts(with: mark.start) { return mark.kind }
    let start = bytes.prefix(4).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "of an unknown kind (it begins with the bytes \(start.joined(separator: " ")))"
  }
}
