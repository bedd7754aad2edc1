import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Menu as MenuIcon, MessageSquarePlus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { chatQuery, useChatTitle } from '../api/chats';
import { ApiError } from '../api/client';
import { useDesktop } from '../api/desktops';
import { useRunActions } from '../api/runs';
import { configQuery } from '../api/session';
import { ChatContext, SelectedStepContext, type ChatView } from '../blocks/ChatContext';
import { useSend } from '../composer/useSend';
import { IconButton } from '../controls/Button';
import { useLasting } from '../controls/useLasting';
import { Conversation } from '../conversation/Conversation';
import { ConversationHeader } from '../conversation/ConversationHeader';
import { useTimeline } from '../conversation/useTimeline';
import { useChatModel } from '../models/useChatModel';
import { useShell } from '../shell/commands';
import { Main } from '../shell/Main';
import { NotFoundPage } from '../shell/NotFoundPage';
import { useMediaQuery, WIDE } from '../shell/useMediaQuery';
import { useRemembered } from '../shell/useRemembered';
import { Stage } from '../stage/Stage';
import { activeBlock, waitingFor } from '../timeline/selectors';
import type { Step } from '../timeline/types';
import { words } from '../words';
import { Divider } from './Divider';
import { useDoubleEscape } from './useDoubleEscape';
import { useWindowWidth } from './useWindowWidth';
import styles from './ChatPage.module.css';

/** A connection that is back sooner is not worth a word. */
const LOST_MS = 1500;

const WIDTH = { min: 380, initial: 460, stage: 340 };

export function ChatPage() {
  const { chatId } = useParams({ from: '/shell/chats/$chatId' });
  const { error } = useQuery(chatQuery(chatId));
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422 || error.status === 400);
  return missing ? <NotFoundPage title={words.chats.notFoundTitle} body={words.chats.notFoundBody} /> : <Chat key={chatId} chatId={chatId} />;
}

function Chat({ chatId }: { chatId: string }) {
  const { data: config } = useSuspenseQuery(configQuery);
  const model = useChatModel(chatId);
  const chatTitle = useChatTitle(chatId);
  const wide = useMediaQuery(WIDE);
  const { timeline, connection, earlier } = useTimeline(chatId);
  const offline = useLasting(connection === 'lost', LOST_MS);
  const desktop = useDesktop(chatId, connection === 'open');
  const { pending, send, retry, discard } = useSend(chatId, timeline, connection);
  const [selectedStep, setSelectedStep] = useState<string | null>(null);
  const [hovered, hover] = useState<Step | null>(null);
  const [tab, setTab] = useState<Tab>('conversation');
  const active = activeBlock(timeline);

  const runs = useRunActions(active);
  const { cancel } = runs;
  const runId = active?.runId ?? null;
  const stop = useCallback(() => runId && cancel(runId), [runId, cancel]);
  const escArmed = useDoubleEscape(active !== null, stop);

  const needed = active !== null && waitingFor(active) !== null;
  const { name } = model;
  const title = needed ? words.chats.needsYou(chatTitle) : chatTitle;
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
    return () => void (document.title = words.product);
  }, [title]);

  const screen = desktop.desktop?.screen ?? null;
  const view = useMemo<ChatView>(() => {
    const selectStep = (callId: string | null) => {
      setSelectedStep(callId);
      // On a small screen the stage is in the other tab.
      if (callId !== null && !wide) setTab('screen');
    };
    return { chatId, name, screen, selectStep, hover };
  }, [chatId, name, screen, wide]);

  const conversation = (
    <Conversation
      chatId={chatId}
      model={model}
      uploadLimit={config.upload_limit_bytes}
      timeline={timeline}
      earlier={earlier}
      offline={offline}
      pending={pending}
      escArmed={escArmed}
      runs={runs}
      onSend={send}
      onRetry={retry}
      onDiscard={discard}
      onStop={stop}
      onDropped={() => setTab('conversation')}
    />
  );
  const header = <ConversationHeader chat={{ id: chatId, title: chatTitle }} />;
  const reading = !wide && tab === 'conversation';
  return (
    <ChatContext value={view}>
      <SelectedStepContext value={selectedStep}>
        <Frame wide={wide} tab={tab} onTab={setTab} header={header} conversation={conversation}>
          <Stage
            timeline={timeline}
            desktop={desktop}
            offline={offline}
            hovered={hovered}
            layout={reading ? 'floating' : 'full'}
            onGrow={() => setTab('screen')}
            onStop={stop}
          />
        </Frame>
      </SelectedStepContext>
    </ChatContext>
  );
}

type Tab = 'conversation' | 'screen';

interface FrameProps {
  wide: boolean;
  tab: Tab;
  onTab: (tab: Tab) => void;
  header: React.ReactNode;
  conversation: React.ReactNode;
  /** The stage. It stays mounted in one place, so that a change of layout does not interrupt the live view. */
  children: React.ReactNode;
}

/** Conversation and stage: side by side on a wide screen, in two tabs on a narrow one. */
function Frame({ wide, tab, onTab, header, conversation, children }: FrameProps) {
  const [chosen, setWidth] = useRemembered('deskhand.conversation-width', WIDTH.initial);
  const main = useRef<HTMLElement>(null);
  const available = useWindowWidth() - (document.querySelector('aside')?.offsetWidth ?? 0);
  const max = Math.max(WIDTH.min, available - WIDTH.stage);
  const width = Math.max(WIDTH.min, Math.min(max, chosen));
  return (
    <Main ref={main} className={styles.page} data-wide={wide || undefined} data-tab={tab}>
      {!wide && <TopBar tab={tab} onTab={onTab} header={header} />}
      <section
        className={styles.conversation}
        style={wide ? { width } : undefined}
        hidden={!wide && tab !== 'conversation'}
        aria-label={words.conversation.label}
      >
        {wide && <div className={styles.strip}>{header}</div>}
        {conversation}
      </section>
      {wide && (
        <Divider
          width={width}
          min={WIDTH.min}
          max={max}
          initial={WIDTH.initial}
          origin={() => main.current?.getBoundingClientRect().left ?? 0}
          onWidth={setWidth}
        />
      )}
      <div className={styles.stage} key="stage">
        {children}
      </div>
    </Main>
  );
}

function TopBar({ tab, onTab, header }: { tab: Tab; onTab: (tab: Tab) => void; header: React.ReactNode }) {
  const { openSidebar, newChat } = useShell();
  const tabs: Record<Tab, string> = { conversation: words.stage.tabConversation, screen: words.stage.tabScreen };
  return (
    <div className={styles.top}>
      <div className={styles.strip}>
        <IconButton label={words.shell.openSidebar} onClick={openSidebar}>
          <MenuIcon size={18} />
        </IconButton>
        {header}
        <IconButton label={words.chats.new} onClick={newChat}>
          <MessageSquarePlus size={18} />
        </IconButton>
      </div>
      <div className={styles.tabs} role="group" aria-label={words.stage.tabs}>
        {(Object.keys(tabs) as Tab[]).map((one) => (
          <button key={one} type="button" aria-pressed={tab === one} onClick={() => onTab(one)}>
            {tabs[one]}
          </button>
        ))}
      </div>
    </div>
  );
}
