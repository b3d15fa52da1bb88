extension GrayImage {
  /// Writes the image as a PNG file, whole or not at all.
  ///
  /// - Precondition: the image is not empty.
  public func save(to path: String) throws(FileError) {
    try AtomicFile.write(PNG.encode(self), to: path)
  }
}
