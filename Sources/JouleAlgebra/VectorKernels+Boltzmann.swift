import CVectorKernels

// The passes of Boltzmann machines over an activation block: what GEMM leaves, fused.

extension VectorKernels {
  /// x ← σ(x + bias), σ(y) = 1 / (1 + exp(−y)).
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, in place.
  ///   - bias: `[columns]`.
  public func addBiasLogistic<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, bias: Span<S>, columns: Int
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(bias.count, columns, "bias")
    let run = functions(for: S.self).add_bias_logistic
    x.withUnsafeMutableBytes { x in
      bias.withUnsafeBytes { bias in
        guard let x = x.baseAddress, let bias = bias.baseAddress else { return }
        run(x, bias, Int64(rows), Int64(columns))
      }
    }
  }

  /// x ← [u < σ(x + bias)]: 1 with the probability σ(x + bias), else 0.
  ///
  /// Gives the bits of `addBiasLogistic` followed by `bernoulliInPlace`.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, in place.
  ///   - bias: `[columns]`.
  ///   - address: element j of row r takes word j of its row.
  public func addBiasLogisticSample<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, bias: Span<S>, columns: Int, _ address: RandomAddress
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(bias.count, columns, "bias")
    var address = address.forRows(rows)
    let run = functions(for: S.self).add_bias_logistic_sample
    x.withUnsafeMutableBytes { x in
      bias.withUnsafeBytes { bias in
        guard let x = x.baseAddress, let bias = bias.baseAddress else { return }
        run(x, bias, Int64(rows), Int64(columns), &address)
      }
    }
  }

  /// result ← [u < mean]: 1 with the probability `mean`, else 0.
  ///
  /// - Parameters:
  ///   - mean: `[rows, columns]`, in [0, 1].
  ///   - address: element j of row r takes word j of its row.
  ///   - result: `[rows, columns]`.
  public func bernoulli<S: KernelScalar>(
    _ mean: Span<S>, columns: Int, _ address: RandomAddress, into result: consuming MutableSpan<S>
  ) {
    let rows = rowCount(of: mean.count, columns: columns)
    requireCount(result.count, mean.count, "result")
    var address = address.forRows(rows)
    let run = functions(for: S.self).bernoulli
    result.withUnsafeMutableBytes { result in
      mean.withUnsafeBytes { mean in
        guard let result = result.baseAddress, let mean = mean.baseAddress else { return }
        run(mean, result, Int64(rows), Int64(columns), &address)
      }
    }
  }

  /// mean ← [u < mean]; see `bernoulli(_:columns:_:into:)`.
  public func bernoulliInPlace<S: KernelScalar>(
    _ mean: consuming MutableSpan<S>, columns: Int, _ address: RandomAddress
  ) {
    let rows = rowCount(of: mean.count, columns: columns)
    var address = address.forRows(rows)
    let run = functions(for: S.self).bernoulli
    mean.withUnsafeMutableBytes { mean in
      guard let mean = mean.baseAddress else { return }
      run(mean, mean, Int64(rows), Int64(columns), &address)
    }
  }

  /// result[r] ← Σⱼ softplus(scale · (x[r, j] + bias[j])), softplus(y) = log(1 + exp(y)).
  ///
  /// Summed in Double. The logarithm is taken of products of 1 + exp(−|y|), so that terms below 10⁻¹⁶
  /// count as zero: the absolute error is 2·10⁻¹⁶ an element beside the rounding of S in y.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - bias: `[columns]`.
  ///   - result: `[rows]`.
  public func softplusRowSums<S: KernelScalar>(
    _ x: Span<S>, bias: Span<S>, columns: Int, scale: S,
    into result: consuming MutableSpan<Double>
  ) {
    let rows = result.count
    requireCount(x.count, rows * columns, "x")
    requireCount(bias.count, columns, "bias")
    let run = functions(for: S.self).softplus_row_sums
    let scale = scale.exactDouble
    if columns == 0 {
      for row in 0..<rows { result[row] = 0 }
      return
    }
    result.withUnsafeMutableBufferPointer { result in
      x.withUnsafeBytes { x in
        bias.withUnsafeBytes { bias in
          guard let x = x.baseAddress, let bias = bias.baseAddress,
            let result = result.baseAddress
          else { return }
          run(x, bias, Int64(rows), Int64(columns), scale, result)
        }
      }
    }
  }

  /// One step of annealing the hidden block between inverse temperatures, y = x + bias:
  ///
  ///     logWeights[r] ← logWeights[r] + Σⱼ [softplus(to · y[r, j]) − softplus(from · y[r, j])]
  ///     x ← [u < σ(to · y)]
  ///
  /// Summed in Double; accuracy as of `softplusRowSums`.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, the hidden input without bias, in place.
  ///   - bias: `[columns]`.
  ///   - logWeights: `[rows]`, in nats.
  ///   - address: element j of row r takes word j of its row.
  public func annealHidden<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, bias: Span<S>, columns: Int, from: S, to: S,
    logWeights: consuming MutableSpan<Double>, _ address: RandomAddress
  ) {
    let rows = logWeights.count
    requireCount(x.count, rows * columns, "x")
    requireCount(bias.count, columns, "bias")
    var address = address.forRows(rows)
    let run = functions(for: S.self).anneal_hidden
    let (from, to) = (from.exactDouble, to.exactDouble)
    x.withUnsafeMutableBytes { x in
      bias.withUnsafeBytes { bias in
        logWeights.withUnsafeMutableBufferPointer { weights in
          guard let x = x.baseAddress, let bias = bias.baseAddress,
            let weights = weights.baseAddress
          else { return }
          run(x, bias, Int64(rows), Int64(columns), from, to, weights, &address)
        }
      }
    }
  }

  /// The other half of a step of annealing:
  ///
  ///     x ← [u < σ(β · (x + bias) + (1 − β) · baseBias)]
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, the visible input without bias, in place.
  ///   - bias: `[columns]`, of the model.
  ///   - baseBias: `[columns]`, of the distribution at β = 0.
  ///   - beta: β in [0, 1]; 1 − β is formed in Double.
  ///   - address: element j of row r takes word j of its row.
  public func annealVisible<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, bias: Span<S>, baseBias: Span<S>, columns: Int, beta: S,
    _ address: RandomAddress
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(bias.count, columns, "bias")
    requireCount(baseBias.count, columns, "baseBias")
    var address = address.forRows(rows)
    let run = functions(for: S.self).anneal_visible
    let beta = beta.exactDouble
    x.withUnsafeMutableBytes { x in
      bias.withUnsafeBytes { bias in
        baseBias.withUnsafeBytes { base in
          guard let x = x.baseAddress, let bias = bias.baseAddress, let base = base.baseAddress
          else { return }
          run(x, bias, base, Int64(rows), Int64(columns), beta, &address)
        }
      }
    }
  }
}
