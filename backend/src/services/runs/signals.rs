//! What is wanted of a run that is being driven here.

use tokio::sync::watch;

/// What is wanted of a run; a later one in this list outweighs the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// That it goes on.
    GoOn,
    /// That it pauses before its next action.
    Pause,
    /// That it pauses because a person has taken the mouse, and soon.
    MakeWay,
    /// That it is left to another supervisor before its next action.
    Leave,
    /// That it ends at once.
    Stop,
}

/// Says what is wanted of a run.
#[derive(Debug)]
pub struct Wishes(watch::Sender<Wish>);

/// Hears what is wanted of a run.
#[derive(Debug, Clone)]
pub struct Wanted(watch::Receiver<Wish>);

impl Wishes {
    /// Nothing is wanted but that it goes on.
    #[must_use]
    pub fn new() -> (Self, Wanted) {
        let (sender, receiver) = watch::channel(Wish::GoOn);
        (Self(sender), Wanted(receiver))
    }

    /// Wants something of the run, unless more is wanted already.
    pub fn want(&self, wish: Wish) {
        self.0.send_if_modified(|current| {
            let outweighs = wish > *current;
            if outweighs {
                *current = wish;
            }
            outweighs
        });
    }
}

impl Wanted {
    /// Waits until it has to end at once.
    pub async fn stop(&mut self) {
        self.until(Wish::Stop).await;
    }

    /// Waits until it may begin no further action, and says why.
    pub async fn rest(&mut self) -> Wish {
        self.until(Wish::Pause).await
    }

    /// Waits until a person wants the mouse. A service that ends lets the action under way come to its end.
    pub async fn make_way(&mut self) {
        if self.0.wait_for(|wish| *wish == Wish::MakeWay).await.is_err() {
            std::future::pending().await
        }
    }

    async fn until(&mut self, least: Wish) -> Wish {
        let wish = self.0.wait_for(|wish| *wish >= least).await.ok().map(|wish| *wish);
        match wish {
            Some(wish) => wish,
            // Nobody is left who could want anything.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{Wish, Wishes};

    #[test]
    fn only_a_person_who_takes_the_mouse_has_an_action_broken_off() {
        for (wish, broken_off) in
            [(Wish::GoOn, false), (Wish::Pause, false), (Wish::MakeWay, true), (Wish::Leave, false)]
        {
            let (wishes, mut wanted) = Wishes::new();
            wishes.want(wish);
            assert_eq!(wanted.make_way().now_or_never().is_some(), broken_off, "{wish:?}");
        }
    }
}
