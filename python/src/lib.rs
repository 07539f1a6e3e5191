//! The command of degrid for Python: one function that runs it in memory, and one that is the command.
//!
//! The package `degrid`, in Python, gives them a shape.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use degrid::cli;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// How often a search looks whether Python has a signal.
const SIGNALS: Duration = Duration::from_millis(50);

/// Turns a panic into a Python error: nothing of it crosses.
fn guarded<T>(run: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = message(panic.as_ref());
        PyRuntimeError::new_err(format!("degrid has a fault, please report it: {text}"))
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(owned).unwrap_or("no message")
}

/// Runs a command in memory: its exit code, standard output and standard error.
///
/// `args` begin with the name of the command, such as "check"; `stdin` is its standard input. Other threads of Python run meanwhile. A signal,
/// such as Ctrl-C, ends long searches and raises what its handler raises.
#[pyfunction]
#[pyo3(signature = (args, stdin))]
fn call<'py>(
    py: Python<'py>,
    args: Vec<OsString>,
    stdin: &[u8],
) -> PyResult<(u8, Bound<'py, PyBytes>, String)> {
    let args = [OsString::from("degrid")].into_iter().chain(args);
    let (args, stdin): (Vec<OsString>, _) = (args.collect(), stdin.to_owned());
    let (answer, raised) = py.detach(|| {
        guarded(|| {
            let raised: Rc<RefCell<Option<PyErr>>> = Rc::default();
            let answer = cli::call(args, stdin, stop(Rc::clone(&raised)));
            let raised = raised.take();
            (answer, raised)
        })
    })?;
    match raised {
        Some(error) => Err(error),
        None => Ok((answer.code, PyBytes::new(py, &answer.out), answer.err)),
    }
}

/// Whether a signal wants a search to end; keeps what its handler raised.
fn stop(raised: Rc<RefCell<Option<PyErr>>>) -> impl Fn() -> bool {
    let last = Cell::new(Instant::now());
    move || {
        if raised.borrow().is_none() && last.get().elapsed() >= SIGNALS {
            last.set(Instant::now());
            let error = Python::attach(|py| py.check_signals().err());
            raised.replace(error);
        }
        raised.borrow().is_some()
    }
}

/// Runs the command on the streams of the process, with the name of the program as the first of `args`; its exit code.
#[pyfunction]
fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    py.detach(|| guarded(|| cli::main_from(args)))
}

/// The command of degrid.
#[pymodule]
mod _degrid {
    #[pymodule_export]
    use super::{call, main};
}
