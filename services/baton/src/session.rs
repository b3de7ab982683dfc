//! How a command reaches the system on a data folder: the one that runs there, or else this very process.

use std::{io, path::PathBuf, sync::Arc};

use baton_chassis::{
    Clock,
    config::Config,
    link::{Link, carrying},
    policy::COMMAND_LINE,
    server::{Process, Setup},
    service::Credentials,
    telemetry::Trace,
    token::{Claims, Keys},
};
use baton_proto::directory::v1::{IssueTokenRequest, session_service_client::SessionServiceClient};

use crate::{
    api::{Api, Edge},
    home::{self, Holder, Home},
};

/// Why a command could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// The services.
    #[error("{0}")]
    Services(#[from] baton_chassis::Error),
    /// No token for this person.
    #[error("no token for {name}: {text}")]
    Token {
        /// Sign-in name.
        name: String,
        /// Why.
        text: String,
    },
    /// The system that runs there has no gateway.
    #[error("the process on this data folder serves no JSON; name a gateway with --server")]
    NoGateway,
}

enum Reach {
    Own { process: Box<Process>, _home: Home },
    Other { grpc: Link },
}

/// An open way to a system.
pub struct Session {
    reach: Reach,
    edge: Edge,
    keys: Arc<Keys>,
    language: &'static str,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// Finds the system that runs on the data folder of `config`, or opens it here.
    ///
    /// # Errors
    /// When neither can be done.
    pub async fn open(config: Config, language: &'static str) -> Result<Self, Error> {
        let key_file: PathBuf = config.key_file();
        match home::take(&config.data)? {
            Holder::Us(home) => {
                let process = Process::open(config, crate::services(), Setup::default()).await?;
                process.start();
                process.ready().await?;
                let keys = keys(&key_file)?;
                let edge = Edge::Here(process.http().ok_or(Error::NoGateway)?);
                Ok(Self {
                    reach: Reach::Own {
                        process: Box::new(process),
                        _home: home,
                    },
                    edge,
                    keys,
                    language,
                })
            }
            Holder::Other(address) => {
                let keys = keys(&key_file)?;
                let edge = Edge::at(&address.http.ok_or(Error::NoGateway)?);
                let grpc = Link::at(&address.grpc, "gateway", &config.links)?;
                Ok(Self {
                    reach: Reach::Other { grpc },
                    edge,
                    keys,
                    language,
                })
            }
        }
    }

    /// How to sign in, if the system was created just now.
    #[must_use]
    pub fn first_run(&self) -> Option<&Credentials> {
        match &self.reach {
            Reach::Own { process, .. } => process.first_run.as_ref(),
            Reach::Other { .. } => None,
        }
    }

    /// The way to a service of the system for the command line itself, as who holds the keys.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn link(&self, service: &str) -> Result<Link, Error> {
        as_keyholder(self.door(), &self.keys, service, self.language)
    }

    fn door(&self) -> Link {
        match &self.reach {
            Reach::Own { process, .. } => process.door(),
            Reach::Other { grpc } => grpc.clone(),
        }
    }

    /// A token for a member: whoever can read the keys of a system may act in it as anyone.
    ///
    /// # Errors
    /// When there is no such member.
    pub async fn token(&self, name: &str) -> Result<String, Error> {
        token(self.door(), &self.keys, name, self.language).await
    }

    /// The JSON interface for a member.
    ///
    /// # Errors
    /// When there is no such member.
    pub async fn api(&self, name: &str) -> Result<Api, Error> {
        let token = self.token(name).await?;
        let api = Api::new(self.edge.clone(), token, self.language);
        Ok(api.vouched(self.keys.voucher()))
    }

    /// Ends it: what was begun here is finished first.
    ///
    /// # Errors
    /// When something that was begun cannot be finished.
    pub async fn close(self) -> Result<(), Error> {
        if let Reach::Own { process, .. } = self.reach {
            process.settle().await?;
            process.stop().await;
        }
        Ok(())
    }

    /// Waits until everything that was begun is finished, where this process can tell.
    ///
    /// # Errors
    /// When it cannot be finished.
    pub async fn settle(&self) -> Result<(), Error> {
        match &self.reach {
            Reach::Own { process, .. } => Ok(process.settle().await?),
            Reach::Other { .. } => Ok(()),
        }
    }
}

/// The way to a service behind `door` for the command line itself, as who holds the keys.
fn as_keyholder(
    door: Link,
    keys: &Keys,
    service: &str,
    language: &'static str,
) -> Result<Link, Error> {
    let claims = Claims::for_service(COMMAND_LINE, service, None, 0, Clock::System.now());
    let token = keys.sign(&claims)?;
    Ok(carrying(
        door,
        &token,
        language,
        &Trace::begin().to_string(),
    ))
}

/// A token for a member of the system behind `door`, from whoever holds its keys.
///
/// # Errors
/// When there is no such member.
pub async fn token(
    door: Link,
    keys: &Keys,
    name: &str,
    language: &'static str,
) -> Result<String, Error> {
    let asked = SessionServiceClient::new(as_keyholder(door, keys, "directory", language)?)
        .issue_token(IssueTokenRequest {
            user: name.to_owned(),
        })
        .await;
    match asked {
        Ok(answer) => Ok(answer.into_inner().token),
        Err(status) => Err(Error::Token {
            name: name.to_owned(),
            text: status.message().to_owned(),
        }),
    }
}

fn keys(file: &std::path::Path) -> Result<Arc<Keys>, Error> {
    Ok(Arc::new(
        Keys::open(file).map_err(baton_chassis::Error::internal)?,
    ))
}
