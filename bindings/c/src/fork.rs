//! What a fork leaves behind: the child has the table whole and unlocked, and no readers but itself.

use std::ffi::c_int;
use std::sync::Once;

use crate::{pin, table};

/// Has the lock taken before each fork of the process and given back on both sides. Once is enough.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the three functions are of the type asked for, take no arguments and live as long as the library,
        // which takes them down itself when it is unloaded.
        let status = unsafe { pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        // It fails for want of memory alone. Then a fork is as safe as it is without us: while no handle is being
        // made.
        let _ = status;
    });
}

extern "C" fn before() {
    table::lock();
}

extern "C" fn in_parent() {
    table::unlock();
}

extern "C" fn in_child() {
    pin::forget_all();
    table::unlock();
}

unsafe extern "C" {
    /// Registers what is done around a fork; of POSIX.
    fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> c_int;
}
