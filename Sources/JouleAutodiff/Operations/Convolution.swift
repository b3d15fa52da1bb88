import JouleTensor

/// The elements of every window over pictures, side by side.
struct Patches<Scalar: TensorScalar>: Operation {
  let windows: ImageWindows

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor([
      windows.batch, windows.outputHeight, windows.outputWidth,
      windows.windowHeight * windows.windowWidth * windows.channels,
    ])
    inputs[0].patches(windows, into: &result)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [Value.apply(PatchSum(windows: windows), to: [call.cotangent])]
  }
}

/// Windows added up to the pictures that they are from: the transpose of ``Patches``.
struct PatchSum<Scalar: TensorScalar>: Operation {
  let windows: ImageWindows

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(
      [windows.batch, windows.height, windows.width, windows.channels], filledWith: 0)
    result.addPatches(inputs[0], windows)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [Value.apply(Patches(windows: windows), to: [call.cotangent])]
  }
}

extension Value {
  /// The elements of every window over pictures `[batch, height, width, channels]`.
  ///
  /// - Parameters:
  ///   - height, width: of a window.
  ///   - stride: how far windows are apart.
  ///   - padding: how many rows and columns of zeros surround a picture; less than a window.
  /// - Returns: `[batch, rows of windows, windows in a row, height · width · channels]`, in which
  ///   (L + 2 · padding − window) / stride + 1 windows, rounded down, fit along an axis of length L.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func patches(
    height: Int, width: Int, stride: Int = 1, padding: Int = 0
  ) -> Value {
    let windows = windows("patches", [height, width], stride, padding)
    return Value.apply(Patches(windows: windows), to: [self])
  }

  /// The convolution of pictures with kernels, as networks call the correlation.
  ///
  ///     y[b, i, j, o] = Σ x[b, i s + k − p, j s + l − p, c] W[k, l, c, o]
  ///
  /// Every window becomes a row, and a matrix product does the rest: 2 · windows · height · width · channels ·
  /// outputs flops, and memory for the windows.
  ///
  /// - Parameters:
  ///   - kernels: W, `[height, width, channels, outputs]`.
  ///   - bias: `[outputs]`; nil for none.
  ///   - stride: s.
  ///   - padding: p, less than a kernel's height and width.
  /// - Returns: `[batch, height, width, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func convolution(
    _ kernels: Value, bias: Value? = nil, stride: Int = 1, padding: Int = 0
  ) -> Value {
    let (x, k) = (shape, kernels.shape)
    guard x.count == 4, k.count == 4, x[3] == k[2] else {
      stopOnShapes(
        "convolution", x, k,
        need: "[batch, height, width, channels] and [height, width, channels, outputs]")
    }
    let windows = windows("convolution", [k[0], k[1]], stride, padding)
    let patches = Value.apply(Patches(windows: windows), to: [self])
    let (inputs, outputs) = (k[0] * k[1] * k[2], k[3])
    let places = windows.outputHeight * windows.outputWidth
    let rows = patches.reshaped(to: [x[0] * places, inputs])
    let matrix = kernels.reshaped(to: [inputs, outputs])
    let result = bias.map { rows.affine(matrix, $0) } ?? rows.matmul(matrix)
    return result.reshaped(to: [x[0], windows.outputHeight, windows.outputWidth, outputs])
  }

  /// The transpose of a convolution in its pictures: every element puts a kernel down, and they add up.
  ///
  ///     y[b, i s + k − p, j s + l − p, c] = Σ x[b, i, j, o] W[k, l, c, o]
  ///
  /// - Parameters:
  ///   - kernels: W as the convolution takes it, `[height, width, channels, outputs]`; its outputs are the
  ///     channels here.
  ///   - stride: s.
  ///   - padding: p.
  /// - Returns: `[batch, (height − 1) s − 2p + kernel height, …, channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposedConvolution(
    _ kernels: Value, stride: Int = 1, padding: Int = 0
  ) -> Value {
    let (x, k) = (shape, kernels.shape)
    guard x.count == 4, k.count == 4, x[3] == k[3], x[1] > 0, x[2] > 0 else {
      stopOnShapes(
        "transposedConvolution", x, k,
        need: "[batch, height, width, outputs] and [height, width, channels, outputs]")
    }
    let height = (x[1] - 1) * stride - 2 * padding + k[0]
    let width = (x[2] - 1) * stride - 2 * padding + k[1]
    guard height > 0, width > 0 else {
      stopOnShapes("transposedConvolution", x, k, need: "a padding that leaves something")
    }
    let windows = ImageWindows(
      [x[0], height, width, k[2]], windowHeight: k[0], windowWidth: k[1], stride: stride,
      padding: padding)
    let inputs = k[0] * k[1] * k[2]
    let patches = reshaped(to: [x[0] * x[1] * x[2], k[3]])
      .matmul(kernels.reshaped(to: [inputs, k[3]]), transposingOther: true)
      .reshaped(to: [x[0], x[1], x[2], inputs])
    return Value.apply(PatchSum(windows: windows), to: [patches])
  }

  /// Windows over this value, once it is seen that some fit.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func windows(_ name: String, _ size: [Int], _ stride: Int, _ padding: Int) -> ImageWindows {
    guard rank == 4, stride > 0, padding >= 0, size.allSatisfy({ $0 > padding }),
      shape[1] + 2 * padding >= size[0], shape[2] + 2 * padding >= size[1]
    else {
      stopOnShape(
        "\(name): windows of \(size[0])×\(size[1]), stride \(stride), padding \(padding)", shape,
        need:
          "[batch, height, width, channels] in which a window fits, a stride of at least 1, and a "
          + "padding less than a window")
    }
    return ImageWindows(
      shape, windowHeight: size[0], windowWidth: size[1], stride: stride, padding: padding)
  }
}
