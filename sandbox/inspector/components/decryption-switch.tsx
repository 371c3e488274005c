import { useSay } from '../i18n.ts';
import { Switch } from './content.tsx';

interface DecryptionSwitchProps {
  label: string;
  decrypted: boolean;
  choose(decrypted: boolean): void;
}

/** Shows something as it was sent, or decrypted. */
export function DecryptionSwitch({ label, decrypted, choose }: DecryptionSwitchProps) {
  const say = useSay();
  return (
    <Switch
      label={label}
      value={decrypted ? 'decrypted' : 'encrypted'}
      options={[
        { value: 'encrypted', label: say('密文', 'Encrypted') },
        { value: 'decrypted', label: say('明文', 'Decrypted') },
      ]}
      choose={(value) => choose(value === 'decrypted')}
    />
  );
}
