//! How memory that was freed goes back to the system.

#![expect(unsafe_code, reason = "mallopt is a C function")]

/// The size in bytes from which the allocator gets a block from the system and gives it back when it is freed.
const MMAP_THRESHOLD: nix::libc::c_int = 1 << 20;

/// Lets large blocks go back to the system as soon as they are freed. glibc raises its threshold to 32 MiB as a program
/// frees blocks, and from then on keeps what a password hash or a large response took, in an arena per thread.
#[cfg(target_env = "gnu")]
pub(crate) fn return_large_blocks() {
    // SAFETY: it only sets a parameter of the allocator, and there is one thread so far.
    unsafe { nix::libc::mallopt(nix::libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD) };
}

/// Other C libraries do so by themselves.
#[cfg(not(target_env = "gnu"))]
pub(crate) fn return_large_blocks() {}
