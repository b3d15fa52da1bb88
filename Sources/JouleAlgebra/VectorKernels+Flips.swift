import CVectorKernels

// Proposals of gradient-based samplers of two-valued variables. With g = ∂E/∂x the first-order estimate
// of half the log-probability ratio of a flip is
//
//     aⱼ = −gⱼ (x′ⱼ − xⱼ) / 2 = gⱼ (xⱼ − middle),   middle the mean of the two values

extension VectorKernels {
  /// Flips every variable on its own with the probability σ(aⱼ − cost).
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, each element one of two values.
  ///   - g: ∂E/∂x, `[rows, columns]`.
  ///   - middle: the mean of the two values.
  ///   - cost: in nats; larger for fewer flips.
  ///   - address: element j of row r takes word j of its row.
  ///   - result: x′, `[rows, columns]`.
  ///   - logDensities: log q(x′|x), `[rows]`, in nats, summed in Double.
  public func proposeFlips<S: KernelScalar>(
    of x: Span<S>, gradient g: Span<S>, columns: Int, middle: Double, cost: Double,
    _ address: RandomAddress, into result: consuming MutableSpan<S>,
    logDensities: consuming MutableSpan<Double>
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(g.count, x.count, "gradient")
    requireCount(result.count, x.count, "result")
    requireCount(logDensities.count, rows, "log densities")
    var address = address.forRows(rows)
    let run = functions(for: S.self).flip_proposal
    result.withUnsafeMutableBytes { result in
      logDensities.withUnsafeMutableBufferPointer { logDensities in
        x.withUnsafeBytes { x in
          g.withUnsafeBytes { g in
            guard let result = result.baseAddress, let out = logDensities.baseAddress,
              let x = x.baseAddress, let g = g.baseAddress
            else { return }
            run(x, g, Int64(rows), Int64(columns), middle, cost, result, out, &address)
          }
        }
      }
    }
  }

  /// log q(target|x) of `proposeFlips`, `[rows]`, in nats.
  public func flipLogDensities<S: KernelScalar>(
    from x: Span<S>, gradient g: Span<S>, to target: Span<S>, columns: Int, middle: Double,
    cost: Double, into logDensities: consuming MutableSpan<Double>
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(g.count, x.count, "gradient")
    requireCount(target.count, x.count, "target")
    requireCount(logDensities.count, rows, "log densities")
    let run = functions(for: S.self).flip_density
    logDensities.withUnsafeMutableBufferPointer { logDensities in
      x.withUnsafeBytes { x in
        g.withUnsafeBytes { g in
          target.withUnsafeBytes { target in
            guard let out = logDensities.baseAddress, let x = x.baseAddress,
              let g = g.baseAddress, let target = target.baseAddress
            else { return }
            run(x, g, target, Int64(rows), Int64(columns), middle, cost, out)
          }
        }
      }
    }
  }

  /// Chooses one variable a row, j with the probability exp(aⱼ) / Σᵢ exp(aᵢ), by inversion.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, each element one of two values.
  ///   - g: ∂E/∂x, `[rows, columns]`.
  ///   - middle: the mean of the two values.
  ///   - uniforms: in [0, 1), `[rows]`.
  ///   - logDensities: log q(j|x), `[rows]`, in nats; NaN where the gradient is not finite.
  /// - Returns: the variable of each row, −1 where the gradient is not finite.
  public func chooseFlips<S: KernelScalar>(
    of x: Span<S>, gradient g: Span<S>, columns: Int, middle: Double, uniforms: [Double],
    logDensities: consuming MutableSpan<Double>
  ) -> [Int] {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(g.count, x.count, "gradient")
    requireCount(uniforms.count, rows, "uniforms")
    requireCount(logDensities.count, rows, "log densities")
    var choices = [Int64](repeating: -1, count: rows)
    let run = functions(for: S.self).choose_flips
    logDensities.withUnsafeMutableBufferPointer { logDensities in
      x.withUnsafeBytes { x in
        g.withUnsafeBytes { g in
          guard let out = logDensities.baseAddress, let x = x.baseAddress, let g = g.baseAddress
          else { return }
          run(x, g, Int64(rows), Int64(columns), middle, uniforms, &choices, out)
        }
      }
    }
    return choices.map(Int.init)
  }

  /// log q(choice|x) of `chooseFlips`, `[rows]`, in nats.
  public func choiceLogDensities<S: KernelScalar>(
    of x: Span<S>, gradient g: Span<S>, columns: Int, middle: Double, choices: [Int],
    into logDensities: consuming MutableSpan<Double>
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(g.count, x.count, "gradient")
    requireCount(choices.count, rows, "choices")
    requireCount(logDensities.count, rows, "log densities")
    precondition(
      choices.allSatisfy { $0 >= 0 && $0 < columns }, "choices \(choices) of \(columns) variables")
    let run = functions(for: S.self).choice_density
    logDensities.withUnsafeMutableBufferPointer { logDensities in
      x.withUnsafeBytes { x in
        g.withUnsafeBytes { g in
          guard let out = logDensities.baseAddress, let x = x.baseAddress, let g = g.baseAddress
          else { return }
          run(x, g, Int64(rows), Int64(columns), middle, choices.map(Int64.init), out)
        }
      }
    }
  }
}
