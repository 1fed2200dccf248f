//! A router that knows its own routes. Axum's router cannot be asked what was put into it, so every route of this server
//! is registered through this one: whoever has to know all of them, as the tests of what other sites may have a browser
//! send do, reads the list here instead of keeping one by hand.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::{self, MethodRouter};
use tower::{Layer, Service};

use super::guard::{self, Gate};

/// Who may have a browser write at a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Nothing guards the route: it has nothing to write.
    Unguarded,
    /// Pages of this site alone.
    OwnPages,
    /// Any site: no cookie counts here.
    AnySite,
}

/// A method at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` stands for `HEAD` as well.
    pub method: Method,
    /// As axum reads it: `/login/{ticket}`.
    pub path: &'static str,
    /// Who may have a browser write there.
    pub writers: Writers,
}

/// The handlers of one path, a method each.
#[derive(Debug)]
pub struct Methods<S> {
    handlers: MethodRouter<S>,
    methods: Vec<Method>,
}

/// A path that answers `GET`.
pub fn get<H, T, S>(handler: H) -> Methods<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Methods { handlers: routing::get(handler), methods: vec![Method::GET] }
}

/// A path that answers `POST`.
pub fn post<H, T, S>(handler: H) -> Methods<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Methods { handlers: routing::post(handler), methods: vec![Method::POST] }
}

impl<S: Clone + Send + Sync + 'static> Methods<S> {
    /// The path answers `POST` too.
    #[must_use]
    pub fn post<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.methods.push(Method::POST);
        Self { handlers: self.handlers.post(handler), methods: self.methods }
    }
}

/// Routes, and the list of them.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    list: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), list: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what answers at a path.
    #[must_use]
    pub fn route(mut self, path: &'static str, methods: Methods<S>) -> Self {
        let listed = methods.methods.into_iter().map(|method| Route { method, path, writers: Writers::Unguarded });
        self.list.extend(listed);
        Self { router: self.router.route(path, methods.handlers), list: self.list }
    }

    /// Adds all routes of another one.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        Self { router: self.router.merge(other.router), list: self.list }
    }

    /// Puts a layer around every route that is here by now.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), list: self.list }
    }

    /// Puts the guard before every route that is here by now.
    #[must_use]
    pub fn behind(mut self, gate: Gate) -> Self {
        for route in &mut self.list {
            route.writers = if gate.is_open { Writers::AnySite } else { Writers::OwnPages };
        }
        self.layer(from_fn_with_state(gate, guard::gate))
    }

    /// Marks every route that is here by now as a page that a site may open in a window of its own.
    #[must_use]
    pub fn in_windows_of_sites(self) -> Self {
        self.layer(map_response(guard::keeps_opener))
    }

    /// Answers where there is no route.
    #[must_use]
    pub fn fallback<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self { router: self.router.fallback(handler), list: self.list }
    }

    /// Every route, in the order in which they were added.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// The router, ready to serve.
    pub fn with_state(self, state: S) -> Router {
        self.router.with_state(state)
    }
}
