import CVectorKernels

/// A layer of hidden units that reads binary variables one after the other, and predicts each from those
/// before it. With o the order,
///
///     h = σ(c + Σ_{k<i} x[o(k)] W[o(k)]),   logit of x[o(i)] = b[o(i)] + V[o(i)]·h
///
/// A variable of value 0 changes no hidden unit, so that sparse rows cost few logistic functions.
public struct AutoregressiveLayer<S: KernelScalar>: Sendable {
  private let weights, outputWeights, visibleBias, hiddenBias: [S]
  private let order: [Int64]
  private let kernels: VectorKernels

  private var variables: Int { visibleBias.count }
  private var hidden: Int { hiddenBias.count }

  /// Hidden units whose gradients are one piece of work.
  private static var unitsPerPiece: Int { 64 }

  /// - Parameters:
  ///   - weights: W, `[variables, hidden]`.
  ///   - outputWeights: V, `[variables, hidden]`.
  ///   - visibleBias: b, `[variables]`.
  ///   - hiddenBias: c, `[hidden]`.
  ///   - order: o, a permutation of the variables.
  ///   - kernels: the level of instructions; every one gives the same bits.
  public init(
    weights: [S], outputWeights: [S], visibleBias: [S], hiddenBias: [S], order: [Int],
    kernels: VectorKernels = .best
  ) {
    requireCount(weights.count, visibleBias.count * hiddenBias.count, "weights")
    requireCount(outputWeights.count, visibleBias.count * hiddenBias.count, "output weights")
    var isLeft = [Bool](repeating: true, count: visibleBias.count)
    for variable in order {
      precondition(
        variable >= 0 && variable < isLeft.count && isLeft[variable],
        "the order is no permutation of \(isLeft.count) variables: \(order)")
      isLeft[variable] = false
    }
    requireCount(order.count, isLeft.count, "order")
    self.weights = weights
    self.outputWeights = outputWeights
    self.visibleBias = visibleBias
    self.hiddenBias = hiddenBias
    self.order = order.map { Int64($0) }
    self.kernels = kernels
  }

  /// Finds the logits of the variables at some positions of the order, given the values of all before.
  ///
  /// - Parameters:
  ///   - positions: those that follow what has been done; 0 begins anew. Nil for all.
  ///   - rows: of the width of the layer.
  /// - Complexity: 2·variables·hidden flops a row, and hidden logistic functions for each value that is
  ///   not 0.
  public func advance(_ rows: inout AutoregressiveRows<S>, through positions: Range<Int>? = nil) {
    let positions = positions ?? 0..<variables
    requireFit(rows)
    precondition(
      positions.lowerBound >= 0 && positions.upperBound <= variables,
      "positions \(positions) of \(variables) variables")
    guard rows.count > 0, !positions.isEmpty else { return }
    precondition(
      !rows.keepsStates || positions.count == variables,
      "states are kept in one go: all \(variables) positions, got \(positions)")
    if positions.lowerBound == 0 { rows.rewind() }
    let (count, keeps) = (Int64(rows.count), rows.keepsStates)
    let run = kernels.functions(for: S.self).autoregress
    withModel { model in
      rows.activations.withUnsafeMutableBytes { activations in
        rows.states.withUnsafeMutableBytes { states in
          rows.logits.withUnsafeMutableBytes { logits in
            rows.places.withUnsafeMutableBufferPointer { places in
              rows.values.withUnsafeBytes { x in
                guard let activations = activations.baseAddress, let states = states.baseAddress,
                  let logits = logits.baseAddress, let places = places.baseAddress,
                  let x = x.baseAddress
                else { return }
                run(
                  model, x, count, Int64(positions.lowerBound), Int64(positions.upperBound),
                  keeps ? 1 : 0, activations, states, places, logits)
              }
            }
          }
        }
      }
    }
  }

  /// Rows that have been through the layer, and the gradients of a sum in their logits.
  public struct Term: Sendable {
    let rows: AutoregressiveRows<S>
    let residuals: [S]

    /// - Parameters:
    ///   - rows: with their states, after `advance`.
    ///   - residuals: ∂L/∂logit, `[rows, variables]`.
    public init(_ rows: AutoregressiveRows<S>, residuals: [S]) {
      precondition(rows.keepsStates, "a gradient goes back through states that were kept")
      requireCount(residuals.count, rows.count * rows.variables, "residuals")
      self.rows = rows
      self.residuals = residuals
    }
  }

  /// Adds the gradients of a sum over rows in W, V and c.
  ///
  /// Cut by hidden units, each of which has all rows for itself: the sums are in the order of the rows
  /// for any number of threads.
  ///
  /// - Parameters:
  ///   - terms: the rows.
  ///   - weights: `[variables, hidden]`, added to.
  ///   - outputWeights: likewise.
  ///   - hiddenBias: `[hidden]`, added to.
  /// - Complexity: 4·variables·hidden flops a row.
  public func addGradient(
    of terms: [Term], weights: consuming MutableSpan<S>, outputWeights: consuming MutableSpan<S>,
    hiddenBias: consuming MutableSpan<S>, on workers: Workers
  ) {
    requireCount(weights.count, variables * hidden, "gradient in the weights")
    requireCount(outputWeights.count, variables * hidden, "gradient in the output weights")
    requireCount(hiddenBias.count, hidden, "gradient in the hidden bias")
    for term in terms { requireFit(term.rows) }
    weights.withUnsafeMutableBytes { dw in
      outputWeights.withUnsafeMutableBytes { dv in
        hiddenBias.withUnsafeMutableBytes { dc in
          guard let dw = dw.baseAddress, let dv = dv.baseAddress, let dc = dc.baseAddress else {
            return
          }
          // The compiler cannot see that pieces write columns of their own; the kernel keeps to the hidden
          // units that it is given, and `forEach` gives each piece to one thread.
          nonisolated(unsafe) let gradients = (dw, dv, dc)
          let pieces = (hidden + Self.unitsPerPiece - 1) / Self.unitsPerPiece
          workers.forEach(pieces: pieces) { piece in
            let first = piece * Self.unitsPerPiece
            let units = first..<min(first + Self.unitsPerPiece, hidden)
            for term in terms { add(term, units: units, to: gradients) }
          }
        }
      }
    }
  }

  private func add(
    _ term: Term, units: Range<Int>,
    to gradients: (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer)
  ) {
    let run = kernels.functions(for: S.self).autoregress_back
    withModel { model in
      term.rows.values.withUnsafeBytes { x in
        term.residuals.withUnsafeBytes { residuals in
          term.rows.states.withUnsafeBytes { states in
            guard let x = x.baseAddress, let residuals = residuals.baseAddress,
              let states = states.baseAddress
            else { return }
            run(
              model, x, residuals, Int64(term.rows.count), states, term.rows.places,
              Int64(units.lowerBound), Int64(units.upperBound), gradients.0, gradients.1,
              gradients.2)
          }
        }
      }
    }
  }

  private func requireFit(_ rows: AutoregressiveRows<S>) {
    precondition(
      rows.variables == variables && rows.hidden == hidden,
      "rows of \(rows.variables) variables and \(rows.hidden) hidden units, the layer has "
        + "\(variables) and \(hidden)")
  }

  /// The parameters as C takes them.
  private func withModel(_ body: (UnsafePointer<jk_autoregression>) -> Void) {
    weights.withUnsafeBytes { w in
      outputWeights.withUnsafeBytes { v in
        visibleBias.withUnsafeBytes { b in
          hiddenBias.withUnsafeBytes { c in
            order.withUnsafeBufferPointer { order in
              guard let w = w.baseAddress, let v = v.baseAddress, let b = b.baseAddress,
                let c = c.baseAddress, let order = order.baseAddress
              else { return }
              var model = jk_autoregression(
                weights: w, output_weights: v, visible_bias: b, hidden_bias: c, order: order,
                variables: Int64(variables), hidden: Int64(hidden))
              body(&model)
            }
          }
        }
      }
    }
  }
}
