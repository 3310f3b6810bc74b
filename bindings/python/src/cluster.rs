//! Clusters, looked up once.

use pyo3::prelude::*;

use crate::numbered::Numbered;
use crate::prepared::ClusterNames;

/// A cluster of a tenant, looked up by its name: made by `Engine.cluster`.
///
/// It follows its engine, by the name: where no such cluster is left, everything is denied.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Cluster(pub(crate) Numbered<ClusterNames>);

#[pymethods]
impl Cluster {
    /// The name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.names().name
    }

    /// The tenant.
    #[getter]
    fn tenant(&self) -> &str {
        &self.0.names().tenant
    }

    fn __repr__(&self) -> String {
        format!("<Cluster {:?}>", self.name())
    }
}
