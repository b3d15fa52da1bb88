import JouleAlgebra
import Testing

/// The setting belongs to the process, so each test has one of its own.
@Suite struct BLASThreadsTests {
  @Test func settingIsReadBack() async {
    await #expect(processExitsWith: .success) {
      BLASThreads.set(1)
      precondition(BLASThreads.count == 1)
      BLASThreads.set(2)
      precondition(BLASThreads.count == 2)
    }
  }

  @Test func zeroThreadsTrap() async {
    await #expect(processExitsWith: .failure) { BLASThreads.set(0) }
  }

  @Test func configurationNamesTheLibraryAndTheCore() {
    #expect(BLAS.configuration.contains("OpenBLAS"))
    #expect(BLAS.configuration.contains(" · "))
  }
}
