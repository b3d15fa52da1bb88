extension Safetensors {
  /// The file's bytes. The same contents give the same bytes.
  ///
  /// Metadata come first, by name; then the tensors, those of wider elements first so that each begins
  /// at a multiple of its element's size, and by name among equals. The header is padded with blanks
  /// to a multiple of eight bytes.
  ///
  /// - Precondition: no tensor is called `__metadata__`.
  public func encoded() -> [UInt8] {
    precondition(tensors["__metadata__"] == nil, "no tensor can be called __metadata__")
    let order = tensors.sorted {
      ($1.value.elements.elementSize, $0.key) < ($0.value.elements.elementSize, $1.key)
    }
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
      members.append(.init("__metadata__", .object(texts.map { .init($0.key, .string($0.value)) })))
    }
    var offset = 0
    for (name, tensor) in order {
      let end = offset + tensor.elements.count * tensor.elements.elementSize
      members.append(
        .init(
          name,
          [
            "dtype": .string(tensor.elements.typeName),
            "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": [.integer(offset), .integer(end)],
          ]))
      offset = end
    }
    var header = Array(JSON.object(members).text.utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    bytes.append(littleEndian: UInt64(header.count))
    bytes += header
    for (_, tensor) in order { tensor.elements.write(into: &bytes) }
    return bytes
  }
}

extension Safetensors.Elements {
  /// Bytes an element.
  var elementSize: Int {
    switch self {
    case .float64, .int64: 8
    case .float32: 4
    case .uint8: 1
    }
  }

  var typeName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .uint8: "U8"
    case .int64: "I64"
    }
  }

  fileprivate func write(into bytes: inout [UInt8]) {
    switch self {
    case .float32(let elements): bytes.append(littleEndian: elements, \.bitPattern)
    case .float64(let elements): bytes.append(littleEndian: elements, \.bitPattern)
    case .uint8(let elements): bytes += elements
    case .int64(let elements): bytes.append(littleEndian: elements, \.self)
    }
  }
}
