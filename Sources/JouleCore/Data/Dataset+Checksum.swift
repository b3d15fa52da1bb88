extension Dataset {
  /// A number that differs, almost surely, when any value differs: FNV-1a of the shape and the values'
  /// bytes, 64 bits. For recognising data, not for security.
  public var checksum: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
    add(UInt64(rowCount))
    add(UInt64(columnCount))
    switch storage {
    case .bytes(let bytes, let scale):
      add(UInt64(scale.bitPattern))
      for byte in bytes { add(byte) }
    case .floats(let rows):
      for value in rows.elements { add(UInt64(value.bitPattern)) }
    case .sparse(let rows):
      for start in rows.rowStarts { add(UInt64(start)) }
      for column in rows.columns { add(UInt64(column)) }
      for value in rows.values { add(UInt64(value.bitPattern)) }
      for value in rows.background ?? [] { add(UInt64(value.bitPattern)) }
    }
    return hash
  }
}
