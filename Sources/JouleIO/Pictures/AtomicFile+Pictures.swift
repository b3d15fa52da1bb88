extension AtomicFile {
  /// Creates or replaces a PNG file of an image.
  ///
  /// - Precondition: the image is not empty.
  public static func write(_ image: GrayImage, to path: String) throws(FileError) {
    try write(PNG.encode(image), to: path)
  }
}
