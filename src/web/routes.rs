//! A router with a list of its routes, which axum's router does not have. Tests that check all routes, such
//! as those of cross-site requests, read the list.

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

/// The sites whose pages may make a browser send requests to a route with methods other than `GET`, `HEAD` and
/// `OPTIONS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Not restricted: the route is not behind the guard, because its requests change nothing.
    Unguarded,
    /// Only pages of this site.
    OwnPages,
    /// Any site, because the route ignores cookies.
    AnySite,
}

/// One entry in the list of routes: a method, a path, and which sites' pages may make a browser send requests that
/// change something there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method; `GET` includes `HEAD`.
    pub method: Method,
    /// The path in axum's syntax: `/login/{ticket}`.
    pub path: &'static str,
    /// Which sites may make a browser send requests that change something to this route.
    pub writers: Writers,
}

/// The handlers of one path, one per method.
#[derive(Debug)]
pub struct Methods<S> {
    handlers: MethodRouter<S>,
    methods: Vec<Method>,
}

/// Makes the handlers of a path of which `handler` answers `GET`.
pub fn get<H, T, S>(handler: H) -> Methods<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Methods { handlers: routing::get(handler), methods: vec![Method::GET] }
}

/// Makes the handlers of a path of which `handler` answers `POST`.
pub fn post<H, T, S>(handler: H) -> Methods<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Methods { handlers: routing::post(handler), methods: vec![Method::POST] }
}

impl<S: Clone + Send + Sync + 'static> Methods<S> {
    /// Adds a handler for `POST` to the path.
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

/// A router and the list of its routes.
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
    /// Makes a router without routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a path and its handlers. The list has its routes as unguarded until [`Routes::behind`] is called.
    #[must_use]
    pub fn route(mut self, path: &'static str, methods: Methods<S>) -> Self {
        let listed = methods.methods.into_iter().map(|method| Route { method, path, writers: Writers::Unguarded });
        self.list.extend(listed);
        Self { router: self.router.route(path, methods.handlers), list: self.list }
    }

    /// Adds all routes of another router.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        Self { router: self.router.merge(other.router), list: self.list }
    }

    /// Wraps all routes added so far in a layer.
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

    /// Puts the layer [`guard::gate`] with this state before all routes added so far, and notes in the list which
    /// sites' pages may make browsers send requests that change something there.
    #[must_use]
    pub fn behind(mut self, gate: Gate) -> Self {
        for route in &mut self.list {
            route.writers = if gate.is_open { Writers::AnySite } else { Writers::OwnPages };
        }
        self.layer(from_fn_with_state(gate, guard::gate))
    }

    /// Lets the pages of all routes added so far stay connected to another site that opens them in a window of its
    /// own, by a header of their answers ([`guard::keeps_opener`]).
    #[must_use]
    pub fn in_windows_of_sites(self) -> Self {
        self.layer(map_response(guard::keeps_opener))
    }

    /// Sets the handler for unknown paths.
    #[must_use]
    pub fn fallback<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self { router: self.router.fallback(handler), list: self.list }
    }

    /// Lists every route, in the order of registration.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// Returns the router for serving, with the state that its handlers use.
    pub fn with_state(self, state: S) -> Router {
        self.router.with_state(state)
    }
}
