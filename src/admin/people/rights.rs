//! What somebody who manages people may do to whom. Administrators may do everything except change their own role and
//! groups, and end or delete their own account here. The role `people` may not touch administrators, roles, or groups that
//! grant rights, and does not change its own account here.

use axum::http::StatusCode;

use super::require_people::Manager;
use crate::store::records::Account;
use crate::store::records::people::{Group, Role};
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::problem::Problem;

/// Why somebody who manages people may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account is that of an administrator, and only administrators change those.
    OfAdministrator,
    /// The account is their own.
    OfYours,
    /// The group grants rights, and only administrators change its members.
    OfGroup,
    /// The account is a member of a group that grants rights, and only administrators change how such a member signs in.
    OfMember,
    /// Only administrators may do this.
    ForAdministrators,
}

impl From<Refusal> for Problem {
    fn from(why: Refusal) -> Self {
        tracing::info!(code = why.code(), "somebody who manages people may not do this");
        Self::saying(StatusCode::FORBIDDEN, why.code(), move |texts| (texts.people_rights.title, why.text(texts)))
            .leading(|texts| texts.people.title, "/admin/people")
    }
}

impl Refusal {
    fn code(self) -> &'static str {
        match self {
            Self::OfAdministrator => "administrators_account",
            Self::OfYours => "own_account",
            Self::OfGroup => "group_grants_rights",
            Self::OfMember => "member_with_rights",
            Self::ForAdministrators => "administrators_only",
        }
    }

    /// Returns the text that says why, in the language of `texts`.
    pub fn text(self, texts: &'static Texts) -> &'static str {
        match self {
            Self::OfAdministrator => texts.people_rights.of_admin,
            Self::OfYours => texts.people_rights.of_yours,
            Self::OfGroup => texts.people_rights.of_group,
            Self::OfMember => texts.people_rights.of_member,
            Self::ForAdministrators => texts.people_rights.for_admins,
        }
    }
}

impl Manager {
    /// Returns whether they are an administrator.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Refuses what only administrators may do.
    pub fn may_administer(&self) -> Result<(), Refusal> {
        if self.is_admin() { Ok(()) } else { Err(Refusal::ForAdministrators) }
    }

    /// Returns whether an e-mail address counts as proven because they say so. Apps may take two accounts with one proven
    /// address for the same person.
    pub fn may_vouch(&self) -> bool {
        self.is_admin()
    }

    /// Refuses a change of the details of this account to those who may not make it.
    pub fn may_edit(&self, account: &Account) -> Result<(), Refusal> {
        if self.is_admin() {
            Ok(())
        } else if self.is(account.id) {
            Err(Refusal::OfYours)
        } else if account.is_admin() {
            Err(Refusal::OfAdministrator)
        } else {
            Ok(())
        }
    }

    /// Refuses to change the details of a member of these groups, or to make links for them, to those who are no
    /// administrators, if one of the groups grants rights: they could sign in as that member and have the rights.
    pub fn may_stand_in(&self, groups: &[Group]) -> Result<(), Refusal> {
        if self.is_admin() || !groups.iter().any(|group| group.grants_rights) { Ok(()) } else { Err(Refusal::OfMember) }
    }

    /// Refuses to end, disable, enable or recover this account to those who may not do it.
    pub fn may_end(&self, account: &Account) -> Result<(), Refusal> {
        if self.is(account.id) { Err(Refusal::OfYours) } else { self.may_edit(account) }
    }

    /// Refuses to delete this account to those who may not do it.
    pub fn may_delete(&self, account: &Account) -> Result<(), Refusal> {
        self.may_administer()?;
        self.may_end(account)
    }

    /// Refuses a change of the role of this account to those who may not make it.
    pub fn may_set_role(&self, account: &Account) -> Result<(), Refusal> {
        self.may_administer()?;
        if self.is(account.id) { Err(Refusal::OfYours) } else { Ok(()) }
    }

    /// Refuses a change of the members of this group to those who may not make it, whoever the member is.
    pub fn may_group(&self, group: &Group) -> Result<(), Refusal> {
        if group.grants_rights && !self.is_admin() { Err(Refusal::OfGroup) } else { Ok(()) }
    }

    /// Refuses to add this account to this group, or to remove it, to those who may not do it.
    pub fn may_regroup(&self, account: &Account, group: &Group) -> Result<(), Refusal> {
        self.may_end(account)?;
        self.may_group(group)
    }

    fn is(&self, account: AccountId) -> bool {
        self.account == account
    }
}

/// Makes the problem of status 409: what was asked for would leave the server without an administrator. It links back to
/// the page of this account.
pub fn is_the_last(account: AccountId) -> Problem {
    tracing::info!(code = "last_administrator", account.id = %account, "the last administrator stays");
    Problem::saying(StatusCode::CONFLICT, "last_administrator", |texts| {
        (texts.people_rights.last_title, texts.people_rights.last)
    })
    .leading(|texts| texts.people_rights.back, format!("/admin/people/{account}"))
}
