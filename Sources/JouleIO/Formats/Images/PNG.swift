import CPNG

/// PNG images, by libpng's simplified interface, which needs no `setjmp`.
public enum PNG {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

  /// Reads an image as 8-bit grey: 16 bits are rounded, colour becomes luma, and what is transparent
  /// shows white.
  package static func decode(_ bytes: [UInt8]) throws(FormatError) -> GrayImage {
    // libpng keeps the address of its input until it has finished, so all is done in one closure.
    let result = bytes.withUnsafeBytes { input -> Result<GrayImage, FormatError> in
      do throws(FormatError) {
        return .success(try decode(input))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func decode(_ input: UnsafeRawBufferPointer) throws(FormatError) -> GrayImage {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, input.baseAddress, input.count) != 0 else {
      throw damaged(image)
    }
    let width = Int(image.width)
    let height = Int(image.height)
    // Eight pixels of one bit in a byte, at the best compression there is; 16,384 squared at most.
    let pixelLimit = min(8 * input.count * Inflate.greatestRatio, 1 << 28)
    guard try ClaimedSize.elements(of: [height, width], "the image") <= pixelLimit else {
      throw .tooLarge(
        part: "the image", found: "\(width)×\(height)",
        limit: "a file of \(input.count) bytes is trusted to hold")
    }
    let isColor = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
    let channels = isColor ? 3 : 1
    image.format = UInt32(isColor ? PNG_FORMAT_FLAG_COLOR : UInt32(PNG_FORMAT_GRAY))
    // Else libpng takes 16-bit levels without a gamma for linear light and changes them.
    image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    var levels = [UInt8](repeating: 0, count: width * height * channels)
    var white = png_color(red: 255, green: 255, blue: 255)
    guard png_image_finish_read(&image, &white, &levels, 0, nil) != 0 else { throw damaged(image) }
    guard isColor else { return GrayImage(width: width, height: height, pixels: levels) }
    let gray = (0..<width * height).map {
      GrayImage.level(red: levels[3 * $0], green: levels[3 * $0 + 1], blue: levels[3 * $0 + 2])
    }
    return GrayImage(width: width, height: height, pixels: gray)
  }

  private static func damaged(_ image: png_image) -> FormatError {
    let message = withUnsafeBytes(of: image.message) { Array($0.prefix { $0 != 0 }) }
    return .unexpected(
      part: "the image", found: "damaged (libpng says \(FormatError.quoted(message)))",
      expected: "a whole PNG file; fetch or write it again")
  }

  /// An image as an 8-bit grey PNG file. The same image gives the same bytes.
  ///
  /// - Precondition: the image is not empty, and at most a million pixels wide and high, as libpng
  ///   demands.
  public static func encode(_ source: GrayImage) -> [UInt8] {
    precondition(
      (1...1_000_000).contains(source.width) && (1...1_000_000).contains(source.height),
      "a PNG image has 1 to 1,000,000 rows and columns, got \(source.width)×\(source.height)")
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(source.width)
    image.height = UInt32(source.height)
    image.format = UInt32(PNG_FORMAT_GRAY)
    defer { png_image_free(&image) }
    // Deflate adds five bytes a block to what it cannot compress; the rest is headers.
    let rawCount = (source.width + 1) * source.height
    var count = png_alloc_size_t(rawCount + rawCount / 512 + 4096)
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let written = png_image_write_to_memory(&image, &bytes, &count, 0, source.pixels, 0, nil)
    precondition(written != 0 && count <= bytes.count, "libpng cannot write \(count) bytes")
    bytes.removeSubrange(Int(count)...)
    return bytes
  }
}
