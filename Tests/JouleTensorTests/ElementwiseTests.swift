import Foundation
import JouleTensor
import Testing

@Suite struct ElementwiseTests {
  // The kernels' own tests measure ulps over the whole range; here each name must lead to its function,
  // in all three forms.
  @Test func everyNameComputesItsFunction() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      typealias T = Tensor<S>
      let functions: [((T) -> T, (inout T) -> Void, UnaryFunction, (Double) -> Double)] = [
        ({ $0.exp() }, { $0.formExp() }, .exp, { Foundation.exp($0) }),
        ({ $0.log() }, { $0.formLog() }, .log, { Foundation.log($0) }),
        ({ $0.log1p() }, { $0.formLog1p() }, .log1p, { Foundation.log1p($0) }),
        ({ $0.expm1() }, { $0.formExpm1() }, .expm1, { Foundation.expm1($0) }),
        ({ $0.tanh() }, { $0.formTanh() }, .tanh, { Foundation.tanh($0) }),
        ({ $0.logistic() }, { $0.formLogistic() }, .logistic, { 1 / (1 + Foundation.exp(-$0)) }),
        ({ $0.softplus() }, { $0.formSoftplus() }, .softplus, softplus),
        ({ $0.sqrt() }, { $0.formSqrt() }, .sqrt, { $0.squareRoot() }),
        ({ $0.squared() }, { $0.formSquare() }, .square, { $0 * $0 }),
        ({ $0.abs() }, { $0.formAbs() }, .abs, { $0.magnitude }),
        ({ $0.reciprocal() }, { $0.formReciprocal() }, .reciprocal, { 1 / $0 }),
        ({ -$0 }, { $0.negate() }, .negate, { -$0 }),
        ({ $0.sign() }, { $0.apply(.sign) }, .sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }),
      ]
      let x = T([-700, -20, -3, -0.5, -1e-6, 0, 1e-6, 0.25, 1, 5, 30, 80, .infinity, .nan])
        .reshaped(to: [2, 7])
      for (function, form, name, reference) in functions {
        let expected = x.elements.map { Double(S(reference(Double($0)))) }
        expectClose(function(x), [2, 7], expected, ulps: 5)
        var changed = x
        form(&changed)
        expectClose(changed, [2, 7], expected, ulps: 5)
        x.apply(name, into: &changed)
        expectClose(changed, [2, 7], expected, ulps: 5)
        #expect(function(T(zeros: [3, 0])).shape == [3, 0])
      }
    }
    func softplus(_ x: Double) -> Double {
      Swift.max(x, 0) + Foundation.log1p(Foundation.exp(-x.magnitude))
    }
  }
}
