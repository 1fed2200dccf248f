//! The methods of the records about requests for apps and about the owners of apps.

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::app_log::{Alike, By};
use crate::store::records::apps::App;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::requests::request::{
    AppRequest, AppRequestId, Decided, Decision, HandedOver, NewRequest, RequestAdded, RequestPlace,
};
use crate::store::records::{Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::{AccountId, AppId};
use tokio::time::timeout;

impl Records {
    /// Stores a request for an app and the line of activity about it, or nothing if a bound is reached. `app` is the app
    /// as it would be: its name must not look like that of another app.
    pub async fn add_app_request(
        &self,
        request: NewRequest,
        app: App,
        line: NewActivity,
    ) -> Result<RequestAdded, Fault> {
        write_alone!(self, "app_requests", add_app_request(&request, &app, &line))
    }

    /// Returns the request of this id; `None` if there is none.
    pub async fn app_request(&self, id: AppRequestId) -> Result<Option<AppRequest>, Fault> {
        read!(self, app_request(id))
    }

    /// Returns at most `most` requests of this account, the newest first.
    pub async fn app_requests_of(&self, account: AccountId, most: u16) -> Result<Vec<AppRequest>, Fault> {
        read!(self, app_requests_of(account, most))
    }

    /// Returns at most `most` requests of all people: the open ones first, and among each of both the newest first. With
    /// `after`, only those behind that place of the list are returned.
    pub async fn app_requests(&self, after: Option<RequestPlace>, most: u16) -> Result<Vec<AppRequest>, Fault> {
        read!(self, app_requests(after, most))
    }

    /// Returns how many requests wait for a decision.
    pub async fn open_app_requests(&self) -> Result<u64, Fault> {
        read!(self, open_app_requests())
    }

    /// Withdraws an open request, if this account made it, and stores the line of activity about it.
    pub async fn withdraw_app_request(
        &self,
        id: AppRequestId,
        by: AccountId,
        line: NewActivity,
    ) -> Result<Decided, Fault> {
        write_whole!(self, withdraw_app_request(id, by, &line))
    }

    /// Declines an open request with this reason, and stores the line of activity about it.
    pub async fn decline_app_request(
        &self,
        decision: Decision,
        reason: String,
        line: NewActivity,
    ) -> Result<Decided, Fault> {
        write_whole!(self, decline_app_request(&decision, &reason, &line))
    }

    /// Approves an open request for a new app: registers the app, logs that, and stores its encrypted secret and the line
    /// of activity. Does nothing and returns [`Alike`] if the app's name looks like that of another one.
    pub async fn approve_new_app(
        &self,
        decision: Decision,
        app: App,
        sealed_secret: Option<Vec<u8>>,
        by: By,
        line: NewActivity,
    ) -> Result<Result<Decided, Alike>, Fault> {
        write_alone!(self, "apps", approve_new_app(&decision, &app, sealed_secret.as_deref(), &by, &line))
    }

    /// Approves an open request for a change of an app: stores these settings of the app, logs the change, and stores the
    /// line of activity. `seen` is the fingerprint of the settings that the administrator saw. Does nothing and returns
    /// [`Alike`] if the app's name looks like that of another one.
    pub async fn approve_app_change(
        &self,
        decision: Decision,
        app: App,
        seen: Option<Fingerprint>,
        by: By,
        line: NewActivity,
    ) -> Result<Result<Decided, Alike>, Fault> {
        let outcome = write_alone!(self, "apps", approve_app_change(&decision, &app, seen, &by, &line));
        self.known_apps().forget();
        outcome
    }

    /// Returns the encrypted secret of an app that its owner has not seen yet, and the request that led to the app;
    /// `None` if there is no such secret.
    pub async fn sealed_secret_of(&self, app: AppId) -> Result<Option<(AppRequestId, Vec<u8>)>, Fault> {
        read!(self, sealed_secret_of(app))
    }

    /// Deletes the encrypted secret of an app, because its owner has seen it.
    pub async fn forget_sealed_secret(&self, app: AppId) -> Result<(), Fault> {
        write_query!(self, one forget_sealed_secret(app))
    }

    /// Returns the apps that this account looks after, the oldest first.
    pub async fn apps_of_owner(&self, owner: AccountId) -> Result<Vec<App>, Fault> {
        read!(self, apps_of_owner(owner))
    }

    /// Gives an app of the account `from` to the account `to`, logs the change, and stores a line of activity about each of
    /// the two people. Changes of the app that wait for a decision are withdrawn.
    pub async fn hand_app_over(
        &self,
        id: AppId,
        from: AccountId,
        to: AccountId,
        by: By,
        lines: [NewActivity; 2],
    ) -> Result<HandedOver, Fault> {
        let outcome = write_whole!(self, hand_app_over(id, from, to, &by, &lines));
        self.known_apps().forget();
        outcome
    }
}
