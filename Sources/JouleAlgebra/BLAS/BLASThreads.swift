internal import COpenBLAS

/// The threads that OpenBLAS itself starts inside one call: one number for the whole process.
///
/// OpenBLAS begins with a thread for every core. Code that cuts its work with ``Workers`` calls BLAS
/// from several threads at once; these calls would then queue for OpenBLAS's own threads and be
/// slower than on one. So a program that uses `Workers` sets this to 1 at its start, and one that
/// makes a few large products sets it to the number of its cores. As the setting belongs to
/// the process, no library code changes it: only an executable does, or its user by the environment
/// variable `OPENBLAS_NUM_THREADS`.
///
/// The bits of a product may depend on this number, never on that of `Workers`: a result
/// is to be repeated with the setting under which it was made.
public enum BLASThreads {
  /// The present number of OpenBLAS's threads.
  public static var count: Int { Int(openblas_get_num_threads()) }

  /// Sets the number for the process; not while another thread is inside a BLAS call.
  /// - Precondition: `count` > 0. OpenBLAS lowers it to the largest number that it was built for.
  public static func set(_ count: Int) {
    precondition(count > 0, "\(count) BLAS threads: at least one is needed")
    openblas_set_num_threads(blasInteger(count, "threads"))
  }
}
