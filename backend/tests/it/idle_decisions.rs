//! The decisions of the idle sweeper, tested with random days of use.

use std::time::Duration;

use backend::services::desktops::idle::{IdleLimits, SWEEP_EVERY, Seen, Verdict, decide};
use backend::services::desktops::usage::{BUSY_SHARE, DesktopUsage};
use backend::store::runs::Engagement;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use protocol::action::Size;
use protocol::ids::DesktopId;
use tokio::time::Instant;

const SCREEN: Size = Size { width: 1280, height: 800 };

/// What people, runs and programs do.
#[derive(Debug, Clone, Copy)]
enum Step {
    Pass { seconds: i64 },
    ViewerComes,
    ViewerGoes,
    RunBegins,
    RunEnds,
    RunWaitsForPerson,
    RunIsQueued,
    ProgramsWork(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1_i64..2000).prop_map(|seconds| Step::Pass { seconds }),
        1 => (1_i64..200_000).prop_map(|seconds| Step::Pass { seconds }),
        2 => Just(Step::ViewerComes),
        2 => Just(Step::ViewerGoes),
        1 => Just(Step::RunBegins),
        2 => Just(Step::RunEnds),
        1 => Just(Step::RunWaitsForPerson),
        1 => Just(Step::RunIsQueued),
        1 => any::<bool>().prop_map(Step::ProgramsWork),
    ]
}

fn limits() -> impl Strategy<Value = IdleLimits> {
    let minutes = |most| prop::option::of((1_i64..most).prop_map(TimeDelta::minutes));
    (minutes(30), minutes(240)).prop_map(|(pause, stop)| IdleLimits { pause, stop })
}

/// A desktop, its users, and the facts that the replica does not record.
struct Day {
    limits: IdleLimits,
    usage: DesktopUsage,
    now: DateTime<Utc>,
    looked_at: DateTime<Utc>,
    viewers: usize,
    driven: bool,
    engagement: Engagement,
    works: bool,
    /// When a viewer or a run was last present, or programs were last found busy.
    used_at: DateTime<Utc>,
}

impl Day {
    fn new(limits: IdleLimits) -> Self {
        let now = DateTime::UNIX_EPOCH;
        let usage = DesktopUsage::default();
        usage.began(DesktopId::generate(), SCREEN, now);
        let engagement = Engagement::None;
        Self {
            limits,
            usage,
            now,
            looked_at: now,
            viewers: 0,
            driven: false,
            engagement,
            works: false,
            used_at: now,
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Pass { seconds } => self.pass(TimeDelta::seconds(seconds)),
            Step::ViewerComes => {
                self.viewers += 1;
                self.come();
            }
            Step::ViewerGoes if self.viewers > 0 => {
                self.viewers -= 1;
                self.usage.leave(self.now);
            }
            Step::RunBegins if !self.driven => {
                (self.driven, self.engagement) = (true, Engagement::AtWork);
                self.come();
            }
            Step::RunEnds => self.leave_run(Engagement::None),
            Step::RunWaitsForPerson if self.driven => self.leave_run(Engagement::WaitsForPerson),
            Step::RunIsQueued if !self.driven => self.engagement = Engagement::AtWork,
            Step::ProgramsWork(works) => self.works = works && self.is_up(),
            _ => {}
        }
    }

    fn is_up(&self) -> bool {
        self.usage.now().is_some()
    }

    fn come(&mut self) {
        self.usage.enter();
        if !self.is_up() {
            self.usage.began(DesktopId::generate(), SCREEN, self.now);
        }
        self.usage.set_paused(false);
        self.used_at = self.now;
    }

    fn leave_run(&mut self, engagement: Engagement) {
        self.engagement = engagement;
        if self.driven {
            self.driven = false;
            self.usage.leave(self.now);
        }
    }

    fn pass(&mut self, time: TimeDelta) {
        let end = self.now + time;
        let between = TimeDelta::from_std(SWEEP_EVERY).unwrap();
        while self.looked_at + between <= end {
            self.looked_at += between;
            self.now = self.looked_at;
            self.note_use();
            self.look();
        }
        self.now = end;
        self.note_use();
    }

    fn note_use(&mut self) {
        if self.viewers > 0 || self.driven {
            self.used_at = self.now;
        }
    }

    fn look(&mut self) {
        let Some(usage) = self.usage.now() else { return };
        let at_work = self.works && !usage.paused;
        if at_work {
            self.used_at = self.now;
        }
        let used = self.viewers > 0 || self.driven || at_work || self.engagement == Engagement::AtWork;
        let idle = self.now - self.used_at;
        let waits = self.engagement == Engagement::WaitsForPerson;
        match decide(&Seen { usage, engagement: self.engagement, at_work }, &self.limits, self.now) {
            Verdict::Used => {
                assert!(used);
                self.usage.used(self.now);
            }
            Verdict::Pause => {
                assert!(!used && !usage.paused && idle >= self.limits.pause.unwrap());
                self.usage.set_paused(true);
            }
            Verdict::Stop => {
                assert!(!used && idle >= self.limits.stop.unwrap());
                assert!(
                    !waits || idle >= self.limits.stop.unwrap() * 24,
                    "what the person is asked about is gone"
                );
                self.usage.ended();
            }
            Verdict::Leave => {
                assert!(!used);
                // A queued run counts when a sweep sees it, and sweeps are periodic.
                let idle = self.now - usage.used_at;
                assert!(
                    waits || self.limits.stop.is_none_or(|stop| idle < stop),
                    "it should have been stopped"
                );
                let paused = usage.paused || self.limits.pause.is_none_or(|pause| idle < pause);
                assert!(paused, "it should have been paused");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn desktops_in_use_stay_up_and_idle_ones_are_suspended(
        limits in limits(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut day = Day::new(limits);
        for step in steps {
            day.take(step);
        }
        // Everybody leaves, so the desktop must stop in time.
        for _ in 0..day.viewers {
            day.take(Step::ViewerGoes);
        }
        day.take(Step::RunEnds);
        day.take(Step::ProgramsWork(false));
        if let Some(stop) = limits.stop {
            day.pass(stop + TimeDelta::from_std(SWEEP_EVERY).unwrap());
            prop_assert!(!day.is_up());
        }
    }
}

#[test]
fn busy_programs_are_distinguished_from_waiting_ones() {
    let usage = DesktopUsage::default();
    usage.began(DesktopId::generate(), SCREEN, DateTime::UNIX_EPOCH);
    let begun = Instant::now();
    let look = |seconds, processor_ms| {
        let (at, total) = (begun + Duration::from_secs(seconds), Duration::from_millis(processor_ms));
        usage.share_since_last_sample(at, total).is_none_or(|share| share >= BUSY_SHARE)
    };
    assert!(look(0, 5000), "the first look can't tell");
    assert!(!look(30, 5300), "a clock and a cursor take a hundredth of a processor");
    assert!(look(60, 8000));
    assert!(!look(90, 8000));
    // The total falls when processes that were counted have ended.
    assert!(!look(120, 3000));
    assert!(look(150, 5000));
}
