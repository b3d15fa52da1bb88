import JouleAutodiff
import JouleTensor
import RealModule

/// Monotonic splines, one a row: between knots (x_k, y_k) with slopes δ_k a quotient of two quadratics, outside
/// [−B, B] the identity.
///
/// Widths and heights of the bins are softmaxes and slopes softpluses of a network's numbers; at zero numbers
/// the spline is the identity. The bin of an argument is found by comparison with the knots and enters as
/// constants: its derivative is zero almost everywhere, and the spline is smooth across knots.
///
/// Reference: C. Durkan, A. Bekasov, I. Murray, G. Papamakarios, Neural spline flows, NeurIPS 2019, eq. 4–8 and
/// section 3.1, least widths, heights and slopes as in the authors' code.
struct RationalQuadraticSpline<Scalar: TensorScalar> {
  private let bound: Scalar
  private let widths: Value<Scalar>
  private let heights: Value<Scalar>
  /// x_k and y_k at the left of every bin.
  private let left: Value<Scalar>
  private let bottom: Value<Scalar>
  /// δ at the left and at the right of every bin.
  private let leftSlopes: Value<Scalar>
  private let rightSlopes: Value<Scalar>

  private static var least: Scalar { 1e-3 }

  /// - Parameters:
  ///   - numbers: `[rows, 3 bins − 1]`: for widths, for heights, for the slopes at inner knots.
  ///   - bound: B.
  init(_ numbers: Value<Scalar>, bins: Int, bound: Scalar) {
    self.bound = bound
    let tape = numbers.tape
    func shares(from first: Int) -> Value<Scalar> {
      let logits = numbers.picking(Array(first..<first + bins))
      let total = logits.logSumExp(along: 1, keepingAxis: true).repeated(along: 1, count: bins)
      let floor = Self.least * Scalar(bins)
      return ((logits - total).exp() * (1 - floor) + Self.least) * (2 * bound)
    }
    widths = shares(from: 0)
    heights = shares(from: bins)
    // Σ of the bins before: a product with a triangular matrix.
    var before = Tensor<Scalar>(zeros: [bins, bins])
    for bin in 0..<bins { for earlier in 0..<bin { before[earlier, bin] = 1 } }
    let sums = tape.value(before)
    left = widths.matmul(sums) - bound
    bottom = heights.matmul(sums) - bound
    // softplus(u + c) + least is 1 at u = 0; the slopes at ±B are 1.
    let offset = Scalar(Double.log(Double.expMinusOne(1 - Double(Self.least))))
    let inner = bins - 1
    guard inner > 0 else {
      leftSlopes = tape.value(Tensor([numbers.shape[0], 1], repeating: 1))
      rightSlopes = leftSlopes
      return
    }
    let slopes =
      (numbers.picking(Array(2 * bins..<2 * bins + inner)) + offset).softplus() + Self.least
    var first = Tensor<Scalar>(zeros: [1, bins])
    first[0, 0] = 1
    var last = Tensor<Scalar>(zeros: [1, bins])
    last[0, inner] = 1
    leftSlopes = slopes.placed(at: Array(1..<bins), of: bins) + tape.value(first)
    rightSlopes = slopes.placed(at: Array(0..<inner), of: bins) + tape.value(last)
  }

  /// The splines at x, `[rows, 1]`, and the logarithms of their slopes.
  func value(at x: Value<Scalar>) -> (y: Value<Scalar>, logSlope: Value<Scalar>) {
    let inside = Self.inside(x.tensor, bound)
    let isInside = x.tape.value(inside)
    let point = x * isInside
    let bin = Bin(of: self, at: point, edges: left)
    // Eq. 4 and 5.
    let along = (point - bin.left) / bin.width
    let mixed = along * (1 - along)
    let bend = bin.leftSlope + bin.rightSlope - bin.slope * 2
    let denominator = bin.slope + bend * mixed
    let y =
      bin.bottom
      + bin.height * (bin.slope * along.squared() + bin.leftSlope * mixed) / denominator
    let numerator =
      bin.rightSlope * along.squared() + bin.slope * mixed * 2
      + bin.leftSlope * (1 - along).squared()
    let logSlope = bin.slope.log() * 2 + numerator.log() - denominator.log() * 2
    return (y * isInside + x * (1 - isInside), logSlope * isInside)
  }

  /// The x whose y is given, `[rows, 1]`.
  func inverse(at y: Value<Scalar>) -> Value<Scalar> {
    let isInside = y.tape.value(Self.inside(y.tensor, bound))
    let point = y * isInside
    let bin = Bin(of: self, at: point, edges: bottom)
    // Eq. 6–8; the root in the form that does not cancel.
    let rise = point - bin.bottom
    let bend = bin.leftSlope + bin.rightSlope - bin.slope * 2
    let a = bin.height * (bin.slope - bin.leftSlope) + rise * bend
    let b = bin.height * bin.leftSlope - rise * bend
    let c = -(bin.slope * rise)
    let along = -(c * 2) / (b + (b.squared() - a * c * 4).sqrt())
    return (along * bin.width + bin.left) * isInside + y * (1 - isInside)
  }

  /// One where |x| < B, else zero; zero for NaN, which so passes through.
  private static func inside(_ x: Tensor<Scalar>, _ bound: Scalar) -> Tensor<Scalar> {
    var excess = bound - x.abs()
    excess.formThreshold(above: 0)
    return excess
  }

  /// The bin of every row's argument.
  private struct Bin {
    let left: Value<Scalar>
    let bottom: Value<Scalar>
    let width: Value<Scalar>
    let height: Value<Scalar>
    let leftSlope: Value<Scalar>
    let rightSlope: Value<Scalar>
    /// s = height / width.
    let slope: Value<Scalar>

    init(
      of spline: RationalQuadraticSpline, at point: Value<Scalar>, edges: Value<Scalar>
    ) {
      let marks = point.tape.value(Self.marks(of: point.tensor, between: edges.tensor))
      func pick(_ table: Value<Scalar>) -> Value<Scalar> {
        (table * marks).sum(along: 1, keepingAxis: true)
      }
      left = pick(spline.left)
      bottom = pick(spline.bottom)
      width = pick(spline.widths)
      height = pick(spline.heights)
      leftSlope = pick(spline.leftSlopes)
      rightSlope = pick(spline.rightSlopes)
      slope = height / width
    }

    /// One in the column of the last edge below the point, in the first if there is none; else zero.
    private static func marks(
      of point: Tensor<Scalar>, between edges: Tensor<Scalar>
    ) -> Tensor<Scalar> {
      let bins = edges.shape[1]
      var isBeyond = point - edges
      isBeyond.formThreshold(above: 0)
      // Beyond edge k and not beyond edge k + 1; the first edge is no condition.
      var differences = Tensor<Scalar>(zeros: [bins, bins])
      for bin in 1..<max(bins, 1) {
        differences[bin, bin] = 1
        differences[bin, bin - 1] = -1
      }
      var first = Tensor<Scalar>(zeros: [bins])
      first[0] = 1
      return isBeyond.matmul(differences) + first
    }
  }
}
